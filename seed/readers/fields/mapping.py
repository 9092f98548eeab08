"""Map columns and keys to fields: by the names that exports commonly use, or by `--map`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.models import Basis
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import build_article
from seed.readers.fields.recipes import find_recipe
from seed.readers.outlets import site_host
from seed.readers.saved_text.bylines import parse_byline, parse_names
from seed.readers.validation import CHECKS, WrongValueError, is_empty, refuse_unknown
from seed.records import Origin, Published, RawArticle

RECORD_FIELDS = (*CHECKS, "published", "entities")

WELL_KNOWN_NAMES: Mapping[str, str] = {
    "title": "title headline heading articletitle newstitle",
    "source": "source outlet publisher publication site sitename newspaper medianame sourcename domain sourcedomain",
    "text": "text body content articletext articlebody fulltext maintext bodytext contenttext article story",
    "id": "id guid uuid articleid docid documentid",
    "url": "url link weburl permalink canonicalurl articleurl sourceurl uri",
    "published": "published publishedat publisheddate datepublished publicationdate publishdate pubdate date datetime "
    "publishedon publicationtime",
    "authors": "authors author byline creator writer journalist",
    "language": "language lang inlanguage languagecode",
    "rights": "rights license licence copyright",
    "text_kind": "textkind",
}
"""Names of each field in lowercase, without separators; the earlier one wins if a table has several."""

_FIELD_AND_RANK = {
    name: (field, place) for field, listed in WELL_KNOWN_NAMES.items() for place, name in enumerate(listed.split())
}
_WORD_SEPARATORS = re.compile(r"[\W_]+")
# Characters of column names; wider layouts are not cached, because hostile records may all differ.
_MAX_CACHED_LENGTH = 2_000
_NAME_SEPARATORS = re.compile(r"[;|、،]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a record are: column or key by field, and the columns or keys that hold no field."""

    keys: Mapping[str, str]
    unused: tuple[str, ...] = ()
    clashes: tuple[tuple[str, str, str], ...] = ()


def parse_map_options(pairs: Sequence[str]) -> dict[str, str]:
    """Return the path of each field in `--map field=column`; an empty one leaves it out. Raise ValueError."""
    paths: dict[str, str] = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        if not equals:
            raise WrongValueError("--map", pair, "field=column")
        try:
            refuse_unknown([name], RECORD_FIELDS)
        except ValueError as error:
            raise ValueError(f"--map: {error}") from None
        if name in paths:
            raise WrongValueError("--map", pair, f"the field {name} once")
        paths[name] = path
    return paths


def find_layout(columns: tuple[str, ...], mapped: frozenset[str]) -> Layout:
    """Return which columns hold which fields, by their names; `mapped` fields are read from elsewhere."""
    return (_cached_layout if sum(map(len, columns)) <= _MAX_CACHED_LENGTH else _find_layout)(columns, mapped)


def _find_layout(columns: tuple[str, ...], mapped: frozenset[str]) -> Layout:
    best: dict[str, tuple[int, str]] = {}
    clashes = []
    for column in columns:
        match = _field_and_rank(column)
        if match is None or match[0] in mapped:
            continue
        name, rank = match
        if name in best:
            clashes.append((name, best[name][1], column))
        if name not in best or rank < best[name][0]:
            best[name] = (rank, column)
    keys = {name: column for name, (_, column) in best.items()}
    return Layout(keys, tuple(column for column in columns if column not in keys.values()), tuple(clashes))


def unknown_columns(layout: Layout) -> list[str]:
    """Return the columns that hold no field at all."""
    clashing = {column for _, *columns in layout.clashes for column in columns}
    return [column for column in layout.unused if column not in clashing]


_cached_layout = lru_cache(maxsize=256)(_find_layout)


def _field_and_rank(column: str) -> tuple[str, int] | None:
    """Return field and rank of a column name; the field's own name has the best rank."""
    if column in RECORD_FIELDS:
        return column, -1
    return _FIELD_AND_RANK.get(_WORD_SEPARATORS.sub("", column[:100].casefold()))


def value_at_path(value: object, path: str) -> object:
    """Return the value in nested objects and lists at a path such as `meta.date`; None if there is none.

    A number (from 0) selects an item of a list; any other name collects the values of all its items.
    """
    if isinstance(value, dict) and path in value:
        return value[path]
    key, _, remaining = path.partition(".")
    if isinstance(value, list):
        if key.isdecimal():
            child = value[int(key)] if int(key) < len(value) else None
        else:
            return [item for item in (value_at_path(entry, path) for entry in value) if item is not None]
    else:
        child = value.get(key) if isinstance(value, dict) else None
    return value_at_path(child, remaining) if remaining else child


def article_from_record(
    origin: Origin,
    record: Mapping[str, object],
    context: ReaderContext,
    *,
    strict: bool = False,
    notes: tuple[str, ...] = (),
) -> RawArticle:
    """Return the article of a record of columns or keys; raise ValueError naming field, value and what was expected.

    `strict` refuses keys that hold no field, unless the user mapped some. A recipe for the record takes precedence.
    """
    if not context.paths and (recipe := find_recipe(record)) is not None:
        return recipe.read(origin, record, context)
    layout = find_layout(tuple(record), frozenset(context.paths))
    if strict and not context.paths:
        refuse_unknown(unknown_columns(layout), RECORD_FIELDS)
        for name, chosen, other in layout.clashes:
            raise WrongValueError(f"{name} given twice", f"{chosen}, {other}", f"one of them, or --map {name}={other}")
    provenance: dict[str, str] = {**layout.keys, **{name: path for name, path in context.paths.items() if path}}
    values = {name: record[key] for name, key in layout.keys.items()}
    values |= {name: value_at_path(record, path) for name, path in context.paths.items() if path}
    fields = _normalize(values, context)
    if is_empty(fields.get("source")) and "source" not in context.overrides and isinstance(fields.get("url"), str):
        fields["source"], provenance["source"] = site_host(str(fields["url"])), "the host of url"
    return build_article(origin, fields, _parse_date(fields), context.overrides, provenance=provenance, notes=notes)


def _parse_date(fields: Mapping[str, object]) -> Published:
    value = fields.get("published")
    return Published() if is_empty(value) else parse_date("published", value, basis=Basis.METADATA)


def _normalize(values: dict[str, object], context: ReaderContext) -> dict[str, object]:
    """Return the values in the form that the checks expect, converting common forms of exports."""
    if "authors" in values:
        values["authors"] = author_names(values["authors"], context)
    if type(values.get("id")) is int:
        values["id"] = str(values["id"])
    if isinstance(tongue := values.get("language"), str):
        values["language"] = tongue.strip().replace("_", "-")
    return values


def author_names(value: object, context: ReaderContext) -> object:
    """Return the names in a text, an object with a `name`, or a list of those; anything else is returned unchanged."""
    if isinstance(value, dict):
        return author_names(value.get("name"), context)
    if isinstance(value, list):
        return [item.get("name") if isinstance(item, dict) else item for item in value]
    if not isinstance(value, str) or not value.strip():
        return value
    names = parse_byline(value.strip(), context.sources.knows)
    names = parse_names(value, context.sources.knows) if names is None else names
    return [part.strip() for part in _NAME_SEPARATORS.split(value) if part.strip()] if names is None else list(names)
