"""Markdown with front matter: our own documented format, and posts of site generators and note-taking programs."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from typing import BinaryIO

from app.models import Basis, EntityType
from seed.dates import utc_second
from seed.readers.context import ReaderContext
from seed.readers.dates.zones import zone_offset
from seed.readers.fields.article import build_article, parse_published
from seed.readers.fields.mapping import IgnoredKeys, article_from_record, find_layout
from seed.readers.fields.plain_text import clean_text, without_heading
from seed.readers.fields.recipe_reading import read_by_recipe, recipe_named
from seed.readers.fields.transforms import plain_markdown
from seed.readers.input.decoding import read_text
from seed.readers.input.json_values import JSON_DECODER
from seed.readers.strict_yaml import parse_yaml
from seed.readers.validation import (
    CHECKS,
    WrongValueError,
    check_line,
    check_member,
    check_names,
    is_empty,
    refuse_unknown,
)
from seed.records import NoArticle, Origin, Published, RawArticle, ReadItem, Refusal

FRONT_MATTER_FIELDS = (
    *(name for name in CHECKS if name != "text"),
    "published",
    "details",
    "basis",
    "evidence",
    "zone",
    "names",
    "statements",
)
OWN_FIELDS = frozenset({"basis", "evidence", "zone", "names", "statements", "text_kind", "text"})
"""Keys that only our own format has, or that it refuses."""

STATEMENT_FIELDS = ("speaker", "cue")

_FENCE = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<front>.{0,8192}?)^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
"""Front matter of Hugo in TOML; its length is bounded, because the parser takes a time that is quadratic in it."""

_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{1,200}\|)?([^\[\]|]{1,200})\]\]")
_HEADING = re.compile(r"\s{0,99}#[ \t]+(?P<title>[^\n]{1,2000})(?:\n|\Z)")
_SHORTCODE = re.compile(r"\{\{[<%][^{}]{0,1000}[>%]\}\}|\{%[^{}]{0,1000}%\}|<!--[ ]?more[ ]?-->")
_FRONT_MATTER_START = re.compile(r"---[ \t]*\r?\n(?:#[^\n]*\n)*[a-z_]+:")


TOOL_KEYS = frozenset({"hostname", "sitename", "fingerprint"})
"""Keys of front matter that only trafilatura writes."""


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins with front matter."""
    return bool(_FRONT_MATTER_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the one article of a Markdown file."""
    origin = Origin(path)
    try:
        content = read_text(stream)
        if (record := tool_record(content)) is not None:
            if not path.lower().endswith(".txt"):
                record = {**record, "text": plain_markdown(str(record["text"]))}
            yield read_by_recipe(recipe_named("trafilatura", context), origin, record, context)
            return
        front, text = split(content)
        if not (context.strict or is_own(front)):
            yield _post(origin, front, text, context)
            return
        refuse_unknown(front, FRONT_MATTER_FIELDS, where="key of the front matter")
        published, dropped = Published(), {}
        try:
            published = _published(front)
        except ValueError as error:
            dropped["published"] = error
        _check_lists(front)
        provenance = {
            **dict.fromkeys((key for key in front if not is_empty(front[key])), "front matter"),
            "text": "below the front matter",
        }
        yield build_article(
            origin,
            {**front, "text": text},
            published,
            context.overrides,
            provenance=provenance,
            dropped=dropped,
            strict=context.strict,
        )
    except ValueError as error:
        yield Refusal(origin, str(error))


def tool_record(content: str) -> Mapping[str, object] | None:
    """Return front matter and text that trafilatura wrote, with its names of fields; None if it did not.

    Its front matter is no YAML in all releases: a value may have a colon, or begin with a quotation mark.
    """
    opening = _FENCE.match(content)
    closing = opening and _FENCE.search(content, opening.end())
    if opening is None or closing is None:
        return None
    pairs = (line.partition(": ") for line in content[opening.end() : closing.start()].splitlines())
    front = {name: _unquote(value.strip()) for name, colon, value in pairs if colon}
    if not front.keys() & TOOL_KEYS:
        return None
    text = content[closing.end() :].strip("\n")
    return {**front, "text": text}


def _unquote(value: str) -> str:
    """Return the text in double quotation marks, in which YAML writes it as JSON does; others stay as they are."""
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    try:
        return str(JSON_DECODER.decode(value))
    except ValueError:
        return value


def split(content: str) -> tuple[dict[str, object], str]:
    """Return front matter and text of a record; raise ValueError if a fence is missing."""
    if toml := _TOML.match(content):
        return _parse_toml(toml["front"]), content[toml.end() :].strip("\n")
    opening = _FENCE.match(content)
    closing = opening and _FENCE.search(content, opening.end())
    if opening is None or closing is None:
        raise ValueError("no front matter: expected '---', keys and values in YAML, and '---' at the top")
    front = parse_yaml(
        "\n" + content[opening.end() : closing.start()]
    )  # The leading newline makes line numbers in messages match the file.
    if not isinstance(front, dict):
        raise WrongValueError("the front matter", front, "keys and values")
    return dict(front), content[closing.end() :].strip("\n")


def _parse_toml(front: str) -> dict[str, object]:
    """Return front matter in TOML as YAML would have it, its dates as text; raise ValueError if it is invalid."""
    try:
        values = tomllib.loads(front)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"invalid TOML: {str(error)[:200]}") from None
    return {key: value.isoformat() if isinstance(value, date | time) else value for key, value in values.items()}


def is_own(front: Mapping[str, object]) -> bool:
    """Return whether front matter is in our own format: all its keys are, or one is that no other program writes."""
    return front.keys() <= set(FRONT_MATTER_FIELDS) or not OWN_FIELDS.isdisjoint(front)


def _post(origin: Origin, front: Mapping[str, object], text: str, context: ReaderContext) -> RawArticle | NoArticle:
    """Return the article of a post of Hugo, Jekyll or Obsidian, by the usual names of its keys; a draft is none."""
    states = {key: str(front.get(key)).strip().casefold() for key in ("draft", "published")}
    if states["draft"] in _TRUE or states["published"] in _FALSE:
        return NoArticle(origin, "a draft is no article")
    record: dict[str, object] = {key: _without_links(value) for key, value in front.items()}
    if states["published"] in _TRUE:
        del record["published"]  # In Jekyll, it says whether a post is public.
    source = record.get("source")
    if isinstance(source, str) and _HTTP.match(source) and "url" not in record:
        record["url"] = source  # Where Obsidian clipped a page.
    notes: tuple[str, ...] = ()
    if "title" not in find_layout(tuple(record), frozenset(context.paths)).keys and (match := _HEADING.match(text)):
        record["title"] = match["title"].strip()
        notes = ("title is the first heading",)
    shortened = _SHORTCODE.sub("", text)
    if shortened != text:
        notes = (*notes, "shortcodes in the text were left out")
    record["text"] = plain_markdown(without_heading(shortened, str(record.get("title") or "")))
    article = article_from_record(origin, record, context, ignored=IgnoredKeys(), notes=notes)
    return clean_text(article, context.overrides)


def _without_links(value: object) -> object:
    """Return a value of front matter without the brackets of links to notes: `[[Ada Byrne]]`."""
    if isinstance(value, list):
        return [_without_links(item) for item in value]
    return _WIKI_LINK.sub(r"\1", value) if isinstance(value, str) else value


def _published(front: Mapping[str, object]) -> Published:
    published = parse_published(front, basis=_basis(front))
    if published.on is None:
        _refuse_filled(front, ("basis", "evidence", "zone"), "nothing, as `published` is empty")
        return Published()
    if published.basis is not Basis.INFERRED:
        _refuse_filled(front, ("evidence",), "nothing, as the date is not inferred")
    elif is_empty(front.get("evidence")):
        raise WrongValueError(
            "evidence", front.get("evidence"), "the phrase and the fact from which the date is inferred"
        )
    evidence = front.get("evidence")
    return replace(
        published,
        zone=_zone(front, published),
        evidence=None if is_empty(evidence) else check_line("evidence", evidence),
    )


def _zone(front: Mapping[str, object], published: Published) -> str | None:
    """Return the zone as printed, such as EST, instead of the offset."""
    if is_empty(front.get("zone")):
        return published.zone
    zone = check_line("zone", front.get("zone"))
    if published.at is None or published.local_time is None or published.on is None:
        raise WrongValueError("zone", zone, "nothing, as `published` has no time")
    offset = zone_offset(zone, published.on)
    if offset is not None and utc_second(published.on, published.local_time, offset) != published.at:
        raise WrongValueError("zone", zone, f"a zone at {published.zone}, as in `published`")
    return zone


def _basis(front: Mapping[str, object]) -> Basis:
    value = front.get("basis")
    return Basis.STATED if is_empty(value) else check_member("basis", value, Basis)


def _refuse_filled(front: Mapping[str, object], fields: tuple[str, ...], wanted: str) -> None:
    for field in fields:
        if not is_empty(front.get(field)):
            raise WrongValueError(field, front[field], wanted)


def _check_lists(front: Mapping[str, object]) -> None:
    """Check the form of `names` and `statements`; only the tests of the extractor use their values."""
    names = front.get("names") or {}
    if not isinstance(names, dict):
        raise WrongValueError("names", names, "a list of names for each type of entity")
    for entity_type, values in names.items():
        check_names(f"names.{check_member('a key of names', entity_type, EntityType)}", values)
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
        check_line(name, statement.get(name))
