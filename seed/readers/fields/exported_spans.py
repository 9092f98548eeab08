"""Check the mentions and statements of an article that Dateline exported: spans that have to fit its title and text."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar, cast

from app.labels import split_bearer_id
from app.models import EntityType, MentionKind, StatementKind
from seed.readers.validation import MAX_LINE_LENGTH, WrongValueError, check_line, check_member, is_empty, is_storable
from seed.records import ExportedAnnotation, ExtractedMention, ExtractedStatement, LocalEntity, TextField

MENTION_KEYS = frozenset({"field", "start", "end", "text", "kind", "type", "entity", "rule", "confidence"})
STATEMENT_KEYS = frozenset({"field", "start", "end", "kind", "speaker", "speaker_name", "cue"})
OFFSET_UNITS = ("codepoints", "utf16")
"""The keys of mentions and statements and the units of offsets, which a test compares with the exports."""

SpanT = TypeVar("SpanT", ExtractedMention, ExtractedStatement)

Texts = Mapping[str, str]
"""Title and text of an article, by field."""

ToCodePoint = Callable[[str, int], int]
"""A function that returns an offset into a field of an article in code points."""

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_ENTITY_ID = re.compile(r"[^\s/?#%\x00-\x1f\x7f-\x9f]{1,100}")


def exported_annotation(
    record: Mapping[str, object], texts: Texts, to_code_point: ToCodePoint | None
) -> ExportedAnnotation | None:
    """Return what a record has of its annotation, None if it has nothing or if the unit of its offsets is unknown.

    Raise WrongValueError if it does not fit, in either unit if the unit is unknown.
    """
    mentions, statements = _objects(record, "mentions", MENTION_KEYS), _objects(record, "statements", STATEMENT_KEYS)
    if mentions is None and statements is None:
        return None
    if to_code_point is None:
        try:
            exported_annotation(record, texts, _from_utf16(texts))
        except WrongValueError:
            exported_annotation(record, texts, _unchanged)
        return None
    return ExportedAnnotation(
        mentions=None if mentions is None else _unique("mentions", _mentions(mentions, texts, to_code_point)),
        statements=None if statements is None else _unique("statements", _statements(statements, texts, to_code_point)),
        entities=tuple(_entities(record.get("entities"))),
    )


def offset_unit(record: Mapping[str, object], texts: Texts) -> ToCodePoint | None:
    """Return the function that converts the offsets of a record, which are in code points or in UTF-16 code units.

    Older exports do not name the unit; where it makes a difference, the texts of the mentions show it. Return None if
    they do not. Raise WrongValueError for another unit.
    """
    unit = record.get("offsets")
    if not is_empty(unit):
        if unit not in OFFSET_UNITS:
            raise WrongValueError("offsets", unit, f"one of {', '.join(OFFSET_UNITS)}")
        return _unchanged if unit == OFFSET_UNITS[0] else _from_utf16(texts)
    if not any(map(_BEYOND_BMP.search, texts.values())):
        return _unchanged
    from_utf16 = _from_utf16(texts)
    if all(from_utf16(field, offset) == offset for field, offset in _offsets(record)):
        return _unchanged
    mentions = _objects(record, "mentions", MENTION_KEYS) or ()
    fitting = [unit for unit in (_unchanged, from_utf16) if all(_fits(mention, texts, unit) for mention in mentions)]
    return None if len(fitting) > 1 else next(iter(fitting), _unchanged)


def _offsets(record: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    """Yield the field and the value of each offset of a record, as far as they have the right types."""
    given = record.get("given_entities")
    spans = (
        [("text", span) for entity in given if has_spans(entity) for span in entity["mentions"]]
        if isinstance(given, list)
        else []
    )
    for name, keys in (("mentions", MENTION_KEYS), ("statements", STATEMENT_KEYS)):
        items = _objects(record, name, keys) or ()
        spans += [(item["field"], [item["start"], item["end"]]) for item in items if isinstance(item["field"], str)]
    yield from ((field, offset) for field, span in spans for offset in span if type(offset) is int)


def has_spans(entity: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether an entity that came with a record has a list of spans."""
    spans = entity.get("mentions") if isinstance(entity, dict) else None
    return isinstance(spans, list) and all(isinstance(span, list) for span in spans)


def _unchanged(_field: str, offset: int) -> int:
    return offset


def _from_utf16(texts: Texts) -> ToCodePoint:
    # Each code point above U+FFFF takes two code units.
    units = {
        field: [match.start() + number for number, match in enumerate(_BEYOND_BMP.finditer(text))]
        for field, text in texts.items()
    }
    return lambda field, offset: offset - bisect_left(units.get(field, ()), offset)


def _fits(mention: Mapping[str, Any], texts: Texts, to_code_point: ToCodePoint) -> bool:
    field, start, end = mention["field"], mention["start"], mention["end"]
    if not isinstance(field, str) or type(start) is not int or type(end) is not int:
        return False
    span = texts.get(field, "")[to_code_point(field, start) : to_code_point(field, end)]
    return start < end and span == str(mention["text"])


def _objects(record: Mapping[str, object], name: str, keys: frozenset[str]) -> Sequence[Mapping[str, Any]] | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, list):
        raise WrongValueError(name, value, "a list, as Dateline exports it")
    for index, item in enumerate(value):
        if not isinstance(item, dict) or item.keys() != keys:
            raise WrongValueError(f"{name}[{index}]", item, f"an object with {', '.join(sorted(keys))}")
    return value


def _mentions(items: Sequence[Mapping[str, Any]], texts: Texts, to_code_point: ToCodePoint) -> list[ExtractedMention]:
    mentions = []
    for index, item in enumerate(items):
        where = f"mentions[{index}]"
        field, start, end = _span(where, item, texts, to_code_point)
        if texts[field][start:end] != item["text"]:
            raise WrongValueError(
                f"{where}.text", item["text"], f"the text of its span, {texts[field][start:end]!r:.80}"
            )
        confidence = item["confidence"]
        if type(confidence) not in {int, float} or not 0 <= confidence <= 1:
            raise WrongValueError(f"{where}.confidence", confidence, "a number from 0 to 1")
        mentions.append(
            ExtractedMention(
                field,
                start,
                end,
                text=item["text"],
                type=check_member(f"{where}.type", item["type"], EntityType),
                kind=check_member(f"{where}.kind", item["kind"], MentionKind),
                entity=_entity_id(f"{where}.entity", item["entity"]),
                rule=check_line(f"{where}.rule", item["rule"]),
                confidence=float(confidence),
            )
        )
    return mentions


def _statements(
    items: Sequence[Mapping[str, Any]], texts: Texts, to_code_point: ToCodePoint
) -> list[ExtractedStatement]:
    statements = []
    for index, item in enumerate(items):
        where = f"statements[{index}]"
        statements.append(
            ExtractedStatement(
                *_span(where, item, texts, to_code_point),
                kind=check_member(f"{where}.kind", item["kind"], StatementKind),
                speaker=_entity_id(f"{where}.speaker", item["speaker"]),
                speaker_name=_words(f"{where}.speaker_name", item["speaker_name"]),
                cue=_words(f"{where}.cue", item["cue"]),
            )
        )
    return statements


def _span(where: str, item: Mapping[str, Any], texts: Texts, to_code_point: ToCodePoint) -> tuple[TextField, int, int]:
    field, start, end = item["field"], item["start"], item["end"]
    if not isinstance(field, str) or field not in texts:
        raise WrongValueError(f"{where}.field", field, f"one of {', '.join(texts)}")
    length = len(texts[field])
    if type(start) is int and type(end) is int:
        start, end = to_code_point(field, start), to_code_point(field, end)
        if 0 <= start < end <= length:
            return cast("TextField", field), start, end
    raise WrongValueError(where, [start, end], f"start and end in the {field}, 0 <= start < end <= {length}")


def _entity_id(field: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _ENTITY_ID.fullmatch(value):
        raise WrongValueError(field, value, "1 to 100 characters without space, / ? # or %")
    # The article of a bearer may have another id here: its name is stored without.
    bearer = split_bearer_id(value)
    return bearer[0] if bearer else value


def _words(field: str, value: object) -> str | None:
    """Return words of the text unchanged: they may contain a line break."""
    if value is not None and not (isinstance(value, str) and is_storable(value) and len(value) <= MAX_LINE_LENGTH):
        raise WrongValueError(field, value, f"words of the text, at most {MAX_LINE_LENGTH} characters")
    return value


def _unique(name: str, spans: list[SpanT]) -> tuple[SpanT, ...]:
    seen: set[tuple[str, int, int]] = set()
    for index, span in enumerate(spans):
        if (place := (span.field, span.start, span.end)) in seen:
            raise WrongValueError(f"{name}[{index}]", list(place), "each span once")
        seen.add(place)
    return tuple(spans)


def _entities(value: object) -> Iterable[LocalEntity]:
    """Yield the entities that a record lists with their names; CSV lists only ids."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict) and (id_ := _entity_id(f"entities[{index}].id", item.get("id"))):
            name = check_line(f"entities[{index}].name", item.get("name"))
            yield LocalEntity(id_, name, check_member(f"entities[{index}].type", item.get("type"), EntityType))
