"""Map columns and keys to fields: by the names that exports commonly use, or by `--map`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from app.models import Basis
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import REQUIRED_FIELDS, MissingFieldError, build_article
from seed.readers.fields.authors import leave_out_addresses, names_of_authors, why_no_person
from seed.readers.fields.column_languages import fields_by_language, map_example
from seed.readers.input.json_values import JSON_DECODER, refuse_many_nodes
from seed.readers.outlets import site_host
from seed.readers.validation import (
    CHECKS,
    MAX_NULL_WORD_LENGTH,
    WrongValueError,
    is_empty,
    is_null_word,
    refuse_unknown,
)
from seed.records import Origin, Published, RawArticle

RECORD_FIELDS = (*CHECKS, "published", "entities")

WELL_KNOWN_NAMES: Mapping[str, str] = {
    "title": "title headline heading articletitle newstitle",
    "source": "source outlet publisher publication site sitename newspaper medianame sourcename domain sourcedomain "
    "medium",
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

UNKNOWN_LANGUAGES = frozenset({"und", "mis", "nan", "unknown", "undetermined"})
"""What tables write for a language that they do not know; `nan` is what pandas writes, before it is Min Nan."""

_FIELD_AND_RANK = {
    name: (field, place) for field, listed in WELL_KNOWN_NAMES.items() for place, name in enumerate(listed.split())
}
_WORD_SEPARATORS = re.compile(r"[\W_]+")
# Characters of column names; wider layouts are not cached, because hostile records may all differ.
_MAX_CACHED_LENGTH = 2_000

MAX_NOTED_KEYS = 1_000
"""Maximum number of ignored keys of a file that are noted; hostile records may all have others."""

MAX_LISTED = 20
"""Maximum number of ignored columns or keys in a note."""

MAX_DETAILS_LENGTH = 100_000
"""Maximum length in characters of the details of an article in a cell; the longest have a hundredth."""

_EXTENDED_JSON = frozenset({"$oid", "$date"})
"""Keys with which `mongoexport` writes ids and dates."""

_FIRESTORE = frozenset({"seconds", "nanoseconds", "_seconds", "_nanoseconds"})
"""Keys of the timestamps of Firestore."""

_ZERO_DATE = "0000-00-00"  # MySQL writes it for a date that is missing.

_HTTP = re.compile(r"\s*https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a record are: column or key by field, and the columns or keys that hold no field.

    `is_foreign` is set if their names are in a language other than English.
    """

    keys: Mapping[str, str]
    unused: tuple[str, ...] = ()
    clashes: tuple[tuple[str, str, str], ...] = ()
    is_foreign: bool = False

    @property
    def note(self) -> tuple[str, ...]:
        """Return how each name in another language was read; nothing for English ones."""
        if not self.is_foreign:
            return ()
        return (f"read {', '.join(f'{key[:80]} as {name}' for name, key in self.keys.items())}",)


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
    """Return which columns hold which fields, by their names; `mapped` fields are read from elsewhere.

    Without English names of a title and a text, names in another language count, if all are of the same one.
    """
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
    if not {"title", "text"} <= keys.keys() | mapped:
        english = {column: match[0] for column in columns if (match := _field_and_rank(column))}
        if foreign := fields_by_language(columns, mapped, english):
            unused = tuple(column for column in columns if column not in foreign.values())
            return Layout(foreign, unused, is_foreign=True)
    return Layout(keys, tuple(column for column in columns if column not in keys.values()), tuple(clashes))


def _unknown_columns(layout: Layout) -> list[str]:
    """Return the columns that hold no field at all."""
    clashing = {column for _, *columns in layout.clashes for column in columns}
    return [column for column in layout.unused if column not in clashing]


def _refuse_ignored(layout: Layout) -> None:
    """Raise WrongValueError for the first column that would be ignored."""
    refuse_unknown(_unknown_columns(layout), RECORD_FIELDS)
    for name, chosen, other in layout.clashes:
        raise WrongValueError(f"{name} given twice", f"{chosen}, {other}", f"one of them, or --map {name}={other}")


class IgnoredKeys:
    """The keys of the records of a file that hold no field: each is noted once, with the first record that has it."""

    def __init__(self) -> None:
        self._noted: set[str] = set()

    def new_keys(self, layout: Layout, paths: Mapping[str, str]) -> list[str]:
        """Return the keys of a record that hold no field, that no path leads through, and that are not noted yet."""
        if not layout.unused or len(self._noted) >= MAX_NOTED_KEYS:
            return []
        used = {*paths.values(), *(path.partition(".")[0] for path in paths.values())}
        return [key for key in layout.unused if key not in self._noted and key not in used][:MAX_NOTED_KEYS]

    def new_note(self, layout: Layout) -> tuple[str, ...]:
        """Return how the keys of a record in another language were read, unless that is noted already."""
        is_new = layout.is_foreign and len(self._noted) < MAX_NOTED_KEYS and self._noted.isdisjoint(layout.note)
        return layout.note if is_new else ()

    def add(self, keys: Iterable[str]) -> None:
        """Remember that keys, or notes on keys, are noted."""
        self._noted.update(keys)


def ignored_note(what: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the note about ignored `columns` or `keys`, and the fields that misspelt ones resemble."""
    if not names:
        return ()
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    return (f"ignored {what}: {', '.join(map(_with_nearest, names[:MAX_LISTED]))}{more}",)


def _with_nearest(name: str) -> str:
    if _field_and_rank(name) is not None:
        return name[:80]
    nearest = process.extractOne(name[:80], RECORD_FIELDS, scorer=fuzz.ratio, score_cutoff=80)
    return name[:80] if nearest is None else f"{name[:80]} (perhaps {nearest[0]})"


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
    ignored: IgnoredKeys | None = None,
    notes: tuple[str, ...] = (),
) -> RawArticle:
    """Return the article of a record of columns or keys; raise ValueError naming field, value and what was expected.

    `ignored` notes the keys of JSON that hold no field; a strict context refuses them, unless the user mapped some.
    """
    layout = find_layout(tuple(record), frozenset(context.paths))
    if (details := details_in(record)) is not None:
        record, layout = {**record, "details": details}, _with_details(layout)
    new_keys: list[str] = []
    if ignored is not None:
        if context.strict and not context.paths:
            _refuse_ignored(layout)
        new_keys = ignored.new_keys(layout, context.paths)
        notes += ignored.new_note(layout)
    provenance: dict[str, str] = {**layout.keys, **{name: path for name, path in context.paths.items() if path}}
    values = {name: record[key] for name, key in layout.keys.items()}
    values |= {name: value_at_path(record, path) for name, path in context.paths.items() if path}
    if layout.clashes:
        _use_other_keys(values, provenance, record, layout)
        new_keys = [key for key in new_keys if key not in provenance.values()]
    dropped, empty = _clean(values, provenance, strict=context.strict)
    authors = values.get("authors")
    fields = _normalize(values, context)
    if reason := why_no_person(authors, fields.get("authors")):
        empty["authors"] = reason
    notes += (*empty.values(), *leave_out_addresses(fields, dropped, strict=context.strict))
    if is_empty(fields.get("source")) and "source" not in context.overrides and isinstance(fields.get("url"), str):
        fields["source"], provenance["source"] = site_host(str(fields["url"])), "the host of url"
    notes += ignored_note("keys", new_keys)
    published = Published()
    try:
        published = _parse_date(fields)
    except ValueError as error:
        dropped["published"] = error
    try:
        article = build_article(
            origin,
            fields,
            published,
            context.overrides,
            provenance=provenance,
            missing=empty,
            notes=notes,
            dropped=dropped,
            strict=context.strict,
            assumes_kind=True,
        )
    except MissingFieldError as error:
        raise _with_keys(error, layout) from None
    if ignored is not None:
        ignored.add((*new_keys, *layout.note))
    return article


def details_in(record: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return the details of a record, in tables as JSON; None if it has none."""
    details = record.get("details")
    if isinstance(details, str) and details.lstrip().startswith("{") and len(details) <= MAX_DETAILS_LENGTH:
        try:
            refuse_many_nodes(details)
            details = JSON_DECODER.decode(details)
        except ValueError:
            return None
    return details if isinstance(details, dict) else None


def _with_details(layout: Layout) -> Layout:
    """Return the layout of a record whose `details` are an object; other values under this name are no field."""
    unused = tuple(key for key in layout.unused if key != "details")
    return replace(layout, keys={**layout.keys, "details": "details"}, unused=unused)


def _use_other_keys(
    values: dict[str, object], provenance: dict[str, str], record: Mapping[str, object], layout: Layout
) -> None:
    """Fill the fields whose best known key is empty from the next best one that is not."""
    for name in {name for name, *_ in layout.clashes if is_empty(values[name])}:
        keys = {key for clashing, *pair in layout.clashes if clashing == name for key in pair}
        filled = [key for key in layout.unused if key in keys and not is_empty(record[key])]
        ranks = {key: match[1] for key in filled if (match := _field_and_rank(key)) is not None}
        if ranks:
            provenance[name] = min(ranks, key=ranks.__getitem__)
            values[name] = record[provenance[name]]


def _clean(
    values: dict[str, object], provenance: Mapping[str, str], *, strict: bool
) -> tuple[dict[str, ValueError], dict[str, str]]:
    """Empty the fields whose values stand for nothing or are objects; return why: the invalid ones, and the empty ones.

    Raise ValueError for a required field, and for an object in any if `strict`.
    """
    dropped: dict[str, ValueError] = {}
    empty: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, str):
            if len(value) <= MAX_NULL_WORD_LENGTH and _is_for_nothing(name, value):
                if name == "text":
                    raise MissingFieldError(name, value)
                empty[name] = f"{name} is {value!r}, a word for an empty cell"
                values[name] = value if name == "title" else None
        elif name == "authors" and isinstance(value, list):
            values[name] = [item for item in value if item is not None and not is_null_word(item)]
        elif isinstance(value, list) and name not in {"authors", "entities"}:
            values[name] = _value_of_list(name, value)
        elif isinstance(value, dict) and name not in {"authors", "entities", "details"}:
            values[name] = _extended_value(value)
            if values[name] is None:
                dropped[name] = _object_error(name, value, provenance[name])
                if strict or name in REQUIRED_FIELDS:
                    raise dropped[name]
    return dropped, empty


def _value_of_list(name: str, value: list[object]) -> object:
    """Return the only item of a list, as search engines have all values, and of several texts the paragraphs."""
    if len(value) == 1:
        return value[0]
    if name == "text" and value and all(isinstance(item, str) for item in value):
        return "\n\n".join(str(item).strip() for item in value if not is_empty(item))
    return value


def _is_for_nothing(name: str, value: str) -> bool:
    return is_null_word(value) or (name == "published" and value.startswith(_ZERO_DATE))


def _extended_value(value: Mapping[str, object]) -> object:
    """Return the id or date in an object of `mongoexport` or Firestore, None if it is another object."""
    seconds = value.get("seconds", value.get("_seconds"))
    if value.keys() <= _FIRESTORE and isinstance(seconds, int):
        return seconds
    return next(iter(value.values())) if len(value) == 1 and not _EXTENDED_JSON.isdisjoint(value) else None


def _object_error(name: str, value: Mapping[str, object], path: str) -> ValueError:
    """Return the error of a field that is an object, with the `--map` that probably leads to its value."""
    inner = _likely_path(value)
    hint = f", perhaps with --map {name}={path}.{inner}" if inner and f"{path}{inner}".isprintable() else ""
    return WrongValueError(name, value, f"a text, not an object{hint}")


def _likely_path(value: Mapping[str, object]) -> str | None:
    """Return the key of an object that most likely has its value as text; None if it has none."""
    texts = [key for key, inner in value.items() if isinstance(inner, str) and inner.strip()]
    common = (key for key in ("name", "title", "rendered", "value", "@value", "#text", "text", "href") if key in texts)
    return next(common, texts[0] if texts else None)


def _with_keys(error: MissingFieldError, layout: Layout) -> ValueError:
    """Return the error with the unused keys of the record, one of which may have the field."""
    if not layout.unused:
        return error
    keys = ", ".join(key[:80] if key.isprintable() else repr(key[:80]) for key in layout.unused[:MAX_LISTED])
    example = map_example((*layout.unused, *layout.keys.values()), layout.keys)
    more = f", perhaps {example}" if example else ""
    return ValueError(f"{error}: --map {error.name}=KEY names its key (unused: {keys}){more}")


def _parse_date(fields: Mapping[str, object]) -> Published:
    value = fields.get("published")
    return Published() if is_empty(value) else parse_date("published", value, basis=Basis.METADATA)


def _normalize(values: dict[str, object], context: ReaderContext) -> dict[str, object]:
    """Return the values in the form that the checks expect, converting common forms of exports."""
    if "authors" in values:
        values["authors"] = names_of_authors(values["authors"], context)
    if isinstance(source := values.get("source"), str) and _HTTP.match(source):
        values["source"] = site_host(source) or source
    if type(values.get("id")) is int:
        values["id"] = str(values["id"])
    if str(values.get("language")).strip().casefold() in UNKNOWN_LANGUAGES:
        del values["language"]
    return values
