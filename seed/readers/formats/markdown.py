"""Markdown with YAML front matter: our own documented format, which the shipped collection uses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from app.models import Basis, EntityType
from seed.dates import instant
from seed.readers.context import ReaderContext
from seed.readers.dates.printed import named_offset
from seed.readers.fields.article import article, published_of
from seed.readers.input.decoding import whole
from seed.readers.strict_yaml import parse
from seed.readers.validation import CHECKS, WrongValueError, absent, line, member, persons, refuse_unknown
from seed.records import Origin, Published, RawArticle, Refusal

FIELDS = (*(name for name in CHECKS if name != "text"), "published", "basis", "evidence", "zone", "names", "statements")
STATEMENT_FIELDS = ("speaker", "cue")

_FENCE = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)

_SIGN = re.compile(r"---[ \t]*\r?\n(?:#[^\n]*\n)*[a-z_]+:")


def sign(text: str, _suffix: str) -> bool:
    """Whether text begins with front matter."""
    return bool(_SIGN.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The one article of a Markdown file."""
    origin = Origin(path)
    try:
        front, text = split(whole(stream))
        published = _published(front)
        _check_lists(front)
        found = {**dict.fromkeys((key for key in front if not absent(front[key])), "front matter"), "text": "below it"}
        yield article(origin, {**front, "text": text}, published, context.given, found=found)
    except ValueError as error:
        yield Refusal(origin, str(error))


def split(content: str) -> tuple[dict[str, object], str]:
    """Front matter and text of a record; raises ValueError if a fence is missing or a key is unknown."""
    opening = _FENCE.match(content)
    closing = opening and _FENCE.search(content, opening.end())
    if opening is None or closing is None:
        raise ValueError("no front matter: wanted '---', keys and values in YAML, and '---' at the top")
    front = parse("\n" + content[opening.end() : closing.start()])  # So that lines in messages are lines of the file.
    if not isinstance(front, dict):
        raise WrongValueError("the front matter", front, "keys and values")
    refuse_unknown(front, FIELDS, where="key of the front matter")
    return dict(front), content[closing.end() :].strip("\n")


def _published(front: Mapping[str, object]) -> Published:
    published = published_of(front, basis=_basis(front))
    if published.on is None:
        _refuse(front, ("basis", "evidence", "zone"), "nothing, as `published` is left empty")
        return Published()
    if published.basis is not Basis.INFERRED:
        _refuse(front, ("evidence",), "nothing, as the date is not inferred")
    elif absent(front.get("evidence")):
        raise WrongValueError("evidence", front.get("evidence"), "the phrase and the fact the date is inferred from")
    evidence = front.get("evidence")
    return replace(
        published,
        zone=_zone(front, published),
        evidence=None if absent(evidence) else line("evidence", evidence),
    )


def _zone(front: Mapping[str, object], published: Published) -> str | None:
    """The zone as printed, such as EST, in place of the offset."""
    if absent(front.get("zone")):
        return published.zone
    zone = line("zone", front.get("zone"))
    if published.at is None or published.local_time is None or published.on is None:
        raise WrongValueError("zone", zone, "nothing, as `published` has no time")
    offset = named_offset(zone, published.on)
    if offset is not None and instant(published.on, published.local_time, offset) != published.at:
        raise WrongValueError("zone", zone, f"a zone at {published.zone}, as `published` says")
    return zone


def _basis(front: Mapping[str, object]) -> Basis:
    value = front.get("basis")
    return Basis.STATED if absent(value) else member("basis", value, Basis)


def _refuse(front: Mapping[str, object], names: tuple[str, ...], wanted: str) -> None:
    for name in names:
        if not absent(front.get(name)):
            raise WrongValueError(name, front[name], wanted)


def _check_lists(front: Mapping[str, object]) -> None:
    """`names` and `statements` are for tests of the extractor; here they only have to be well formed."""
    names = front.get("names") or {}
    if not isinstance(names, dict):
        raise WrongValueError("names", names, "a list of names for each type of entity")
    for kind, listed in names.items():
        persons(f"names.{member('a key of names', kind, EntityType)}", listed)
    statements = front.get("statements") or []
    if not isinstance(statements, list):
        raise WrongValueError("statements", statements, "a list of {speaker, cue}")
    for statement in statements:
        _check_statement(statement)


def _check_statement(statement: object) -> None:
    if not isinstance(statement, dict):
        raise WrongValueError("an item of statements", statement, "{speaker, cue}")
    refuse_unknown(statement, STATEMENT_FIELDS, where="key of statements")
    for name in STATEMENT_FIELDS:
        line(name, statement.get(name))
