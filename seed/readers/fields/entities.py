"""Check the entities that come with a record; they are stored as given."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, pairwise

from app.models import EntityType
from seed.readers.validation import WrongValueError, check_line, check_member, is_empty, refuse_unknown
from seed.records import GivenEntity

ENTITY_FIELDS = ("id", "name", "type", "wikidata", "mentions")

_MAX_CACHED_LENGTH = 300  # Characters of all values of an entity; hostile records may all have others.

_WIKIDATA = re.compile(r"Q[1-9][0-9]{0,11}")
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:~-]{0,198}[A-Za-z0-9])?")


def parse_entities(value: object, text: str) -> tuple[GivenEntity, ...] | None:
    """Return the entities of a record, None if it has none; spans are code points of `text`. Raise WrongValueError."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise WrongValueError("entities", value, "a list of entities")
    length = len(text)
    entities = tuple(
        _common_entity(item, length) or _parse_entity(f"entities[{index}]", item, length)
        for index, item in enumerate(value)
    )
    _refuse_overlap(chain.from_iterable(entity.mentions for entity in entities))
    return entities


def _common_entity(item: object, length: int) -> GivenEntity | None:
    """Return a valid entity of the form that nearly all have, None for any other item, valid or not.

    It does what `_parse_entity` does, in a fifth of the time: an article may have dozens of them.
    """
    # With three required values, an object of this size has no other keys.
    if type(item) is not dict or len(item) != 3 + ("id" in item) + ("wikidata" in item):
        return None
    id_, wikidata = item.get("id"), item.get("wikidata")
    try:
        name, type_, spans = item["name"], item["type"], item["mentions"]
        is_short = len(name) + len(type_) + len(id_ or "") + len(wikidata or "") <= _MAX_CACHED_LENGTH
        identity = _common_identity(name, type_, id_, wikidata) if is_short else None
    except (KeyError, TypeError):  # One of them is missing, or no string.
        return None
    mentions = _common_spans(spans, length)
    return None if identity is None or not mentions else GivenEntity(*identity, mentions, id_, wikidata)


def _common_spans(value: object, length: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of a list in which all are valid; none for any other value."""
    spans = []
    for item in value if type(value) is list else ():
        if type(item) is not list or len(item) != 2:
            return ()
        start, end = item
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
            return ()
        spans.append((start, end))
    return tuple(spans)


@lru_cache(maxsize=16_384)  # Few entities are in most articles.
def _common_identity(name: object, type_: object, id_: object, wikidata: object) -> tuple[str, EntityType] | None:
    """Return the name and the type of an entity, None if any of these values is invalid or blank."""
    try:
        identity = check_line("name", name), check_member("type", type_, EntityType)
        same = _check_pattern("id", id_, _ID, ""), _check_pattern("wikidata", wikidata, _WIKIDATA, "")
    except WrongValueError:
        return None
    return identity if same == (id_, wikidata) else None


def _parse_entity(where: str, item: object, length: int) -> GivenEntity:
    if not isinstance(item, dict):
        raise WrongValueError(where, item, f"an object with {', '.join(ENTITY_FIELDS)}")
    refuse_unknown(item, ENTITY_FIELDS, where=f"field of {where}")
    return GivenEntity(
        name=check_line(f"{where}.name", item.get("name")),
        type=check_member(f"{where}.type", item.get("type"), EntityType),
        mentions=_parse_mentions(f"{where}.mentions", item.get("mentions"), length),
        id=_check_pattern(f"{where}.id", item.get("id"), _ID, "letters, digits and . _ : ~ - between them"),
        wikidata=_check_pattern(f"{where}.wikidata", item.get("wikidata"), _WIKIDATA, "a Wikidata id such as 'Q7747'"),
    )


def _check_pattern(field: str, value: object, pattern: re.Pattern[str], wanted: str) -> str | None:
    if is_empty(value):
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise WrongValueError(field, value, wanted)
    return value


def _parse_mentions(field: str, value: object, length: int) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, list) or not value:
        raise WrongValueError(field, value, "a list of at least one [start, end]")
    return tuple(_parse_span(f"{field}[{index}]", item, length) for index, item in enumerate(value))


def _parse_span(field: str, item: object, length: int) -> tuple[int, int]:
    match item:
        # `True` is an int in Python, so the exact type is compared.
        case [start, end] if type(start) is int and type(end) is int and 0 <= start < end <= length:
            return start, end
        case _:
            wanted = f"[start, end], whole numbers with 0 <= start < end <= {length}, the length of the text"
            raise WrongValueError(field, item, wanted)


def _refuse_overlap(spans: Iterable[tuple[int, int]]) -> None:
    for before, after in pairwise(sorted(spans)):
        if after[0] < before[1]:
            raise WrongValueError("entities", [list(before), list(after)], "mentions that do not overlap")
