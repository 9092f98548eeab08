"""Check the entities that come with a record; they are stored as given."""

import re
from collections.abc import Iterable
from itertools import chain, pairwise

from app.models import EntityType
from seed.readers.validation import WrongValueError, check_line, check_member, is_empty, refuse_unknown
from seed.records import GivenEntity

ENTITY_FIELDS = ("id", "name", "type", "wikidata", "mentions")

_WIKIDATA = re.compile(r"Q[1-9][0-9]{0,11}")
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:~-]{0,198}[A-Za-z0-9])?")


def parse_entities(value: object, text: str) -> tuple[GivenEntity, ...] | None:
    """Return the entities of a record, None if it has none; spans are code points of `text`. Raise WrongValueError."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise WrongValueError("entities", value, "a list of entities")
    entities = tuple(_parse_entity(f"entities[{index}]", item, len(text)) for index, item in enumerate(value))
    _refuse_overlap(chain.from_iterable(entity.mentions for entity in entities))
    return entities


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
