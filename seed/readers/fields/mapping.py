"""Which column or key holds which field: by the names that exports commonly give them, or as `--map` says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.models import Basis
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import moment
from seed.readers.fields.article import article
from seed.readers.outlets import host
from seed.readers.saved_text.bylines import byline, names
from seed.readers.validation import CHECKS, WrongValueError, absent, refuse_unknown
from seed.records import Origin, Published, RawArticle

FIELDS = (*CHECKS, "published", "entities")

WELL_KNOWN: Mapping[str, str] = {
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
"""Names of each field in small letters, without anything between words; earlier ones win where a table has several."""

_FIELD_OF = {name: (field, place) for field, listed in WELL_KNOWN.items() for place, name in enumerate(listed.split())}
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_REMEMBERED = 2_000  # Characters of column names: the records of a file have the same ones, but hostile ones may not.
_COMMAS = re.compile(r"[;|、،]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a record are: field -> column or key, and what is in none."""

    keys: Mapping[str, str]
    unused: tuple[str, ...] = ()
    clashes: tuple[tuple[str, str, str], ...] = ()


def given_paths(pairs: Sequence[str]) -> dict[str, str]:
    """The paths by field that `--map field=column` gives; an empty one leaves the field out. Raises ValueError."""
    paths: dict[str, str] = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        if not equals:
            raise WrongValueError("--map", pair, "field=column")
        try:
            refuse_unknown([name], FIELDS)
        except ValueError as error:
            raise ValueError(f"--map: {error}") from None
        if name in paths:
            raise WrongValueError("--map", pair, f"the field {name} once")
        paths[name] = path
    return paths


def layout(columns: tuple[str, ...], mapped: frozenset[str]) -> Layout:
    """Which of the columns hold which fields, by their names; `mapped` fields are looked for elsewhere."""
    return (_known_layout if sum(map(len, columns)) <= _REMEMBERED else _layout)(columns, mapped)


def _layout(columns: tuple[str, ...], mapped: frozenset[str]) -> Layout:
    best: dict[str, tuple[int, str]] = {}
    clashes = []
    for column in columns:
        known = _known(column)
        if known is None or known[0] in mapped:
            continue
        name, rank = known
        if name in best:
            clashes.append((name, best[name][1], column))
        if name not in best or rank < best[name][0]:
            best[name] = (rank, column)
    keys = {name: column for name, (_, column) in best.items()}
    return Layout(keys, tuple(column for column in columns if column not in keys.values()), tuple(clashes))


def unknown(known: Layout) -> list[str]:
    """The columns that hold no field at all."""
    clashing = {column for _, *columns in known.clashes for column in columns}
    return [column for column in known.unused if column not in clashing]


_known_layout = lru_cache(maxsize=256)(_layout)


def _known(column: str) -> tuple[str, int] | None:
    """Field and rank of a column's name; the field's own name comes before all others."""
    if column in FIELDS:
        return column, -1
    return _FIELD_OF.get(_BETWEEN_WORDS.sub("", column[:100].casefold()))


def follow(value: object, path: str) -> object:
    """What lies in nested objects and lists at a path such as `meta.date`; None if there is nothing.

    A list is entered by a number from 0, or gives the list of what its items have.
    """
    if isinstance(value, dict) and path in value:
        return value[path]
    first, _, rest = path.partition(".")
    if isinstance(value, list):
        if first.isdecimal():
            found = value[int(first)] if int(first) < len(value) else None
        else:
            return [item for item in (follow(entry, path) for entry in value) if item is not None]
    else:
        found = value.get(first) if isinstance(value, dict) else None
    return follow(found, rest) if rest else found


def mapped_article(
    origin: Origin,
    record: Mapping[str, object],
    context: ReaderContext,
    *,
    strict: bool = False,
    notes: tuple[str, ...] = (),
) -> RawArticle:
    """The article that a record of columns or keys makes; raises ValueError naming field, value and what was wanted.

    `strict` refuses keys that hold no field, unless the user mapped some.
    """
    known = layout(tuple(record), frozenset(context.paths))
    if strict and not context.paths:
        refuse_unknown(unknown(known), FIELDS)
        for name, first, second in known.clashes:
            raise WrongValueError(f"{name} given twice", f"{first}, {second}", f"one of them, or --map {name}={second}")
    found: dict[str, str] = {**known.keys, **{name: path for name, path in context.paths.items() if path}}
    values = {name: record[key] for name, key in known.keys.items()}
    values |= {name: follow(record, path) for name, path in context.paths.items() if path}
    fields = _tidied(values, context)
    if absent(fields.get("source")) and "source" not in context.given and isinstance(fields.get("url"), str):
        fields["source"], found["source"] = host(str(fields["url"])), "the host of url"
    return article(origin, fields, _published(fields), context.given, found=found, notes=notes)


def _published(fields: Mapping[str, object]) -> Published:
    value = fields.get("published")
    return Published() if absent(value) else moment("published", value, basis=Basis.METADATA)


def _tidied(values: dict[str, object], context: ReaderContext) -> dict[str, object]:
    """The values as the checks want them, where an export says the same in another form."""
    if "authors" in values:
        values["authors"] = people(values["authors"], context)
    if type(values.get("id")) is int:
        values["id"] = str(values["id"])
    if isinstance(tongue := values.get("language"), str):
        values["language"] = tongue.strip().replace("_", "-")
    return values


def people(value: object, context: ReaderContext) -> object:
    """Names out of a text, an object with a `name`, or a list of those; what is understood in no way stays as it is."""
    if isinstance(value, dict):
        return people(value.get("name"), context)
    if isinstance(value, list):
        return [item.get("name") if isinstance(item, dict) else item for item in value]
    if not isinstance(value, str) or not value.strip():
        return value
    found = byline(value.strip(), context.sources.knows)
    found = names(value, context.sources.knows) if found is None else found
    return [part.strip() for part in _COMMAS.split(value) if part.strip()] if found is None else list(found)
