"""The last step of every reader: checked fields -> the article, or why not."""

from collections.abc import Mapping

from app.models import Basis
from seed.dates import parse_iso
from seed.readers.entities import given_entities
from seed.readers.legible import doubts
from seed.readers.validation import WrongValueError, absent, checked, line
from seed.records import Origin, Published, RawArticle

_NOTHING: Mapping[str, str] = {}  # No read-only view: articles travel between processes.

REQUIRED = ("title", "source", "text")


def article(  # noqa: PLR0913 - the last three are for people, and have their defaults
    origin: Origin,
    record: Mapping[str, object],
    published: Published,
    given: Mapping[str, object],
    *,
    found: Mapping[str, str] = _NOTHING,
    missing: Mapping[str, str] = _NOTHING,
    notes: tuple[str, ...] = (),
) -> RawArticle:
    """The article that a record's fields make, `given` values winning over found ones.

    `found` says where each field was found, `missing` why an empty one is empty. Raises ValueError, which names field,
    value and what was wanted.
    """
    fields = checked({**record, **given})
    for name in REQUIRED:
        if name not in fields:
            raise WrongValueError(name, record.get(name), "a value; this field is never left empty")
    if "published" in given:
        published = published_of(given, basis=Basis.METADATA)
    entities = given_entities(record.get("entities"), fields["text"])
    found = {**found, **dict.fromkeys(given, "given by the user")} if given else found
    notes += (*doubts("title", fields["title"]), *doubts("text", fields["text"]))
    return RawArticle(
        origin, published=published, entities=entities, found=found, missing=missing, notes=notes, **fields
    )


def published_of(record: Mapping[str, object], *, basis: Basis) -> Published:
    """The ISO date in a record's field `published`; all None if it is left empty."""
    value = record.get("published")
    if absent(value):
        return Published()
    try:
        return parse_iso(line("published", value), basis=basis)
    except ValueError as error:
        raise ValueError(str(error) if isinstance(error, WrongValueError) else f"published: {error}") from None
