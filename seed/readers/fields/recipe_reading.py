"""Read a record by its recipe: an article, a page of a list without texts, or nothing that is an article."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from app.models import Basis, TextKind
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import build_article, parse_published, source_hint
from seed.readers.fields.authors import author_names, list_in_text, why_no_person
from seed.readers.fields.mapping import value_at_path
from seed.readers.fields.plain_text import clean_text, first_words, is_removed, to_plain_line, without_heading
from seed.readers.fields.recipe_files import OUTER, Place, RecipeFile, SkipRule
from seed.readers.fields.transforms import PATH_ARGUMENTS, PLAIN_TRANSFORMS, TRANSFORMS
from seed.readers.outlets import site_host
from seed.readers.validation import check_language, check_line, check_url, is_empty
from seed.records import DETAILS, Link, ListedPage, NoArticle, Origin, Published, RawArticle

_HTTP = re.compile(r"https?://", re.IGNORECASE)
_FALSE = frozenset({"false", "no", "0"})


@dataclass(slots=True)
class _Reading:
    """A record, and what is known of its fields so far."""

    recipe: RecipeFile
    record: Mapping[str, object]
    fields: dict[str, object] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    is_plain: bool = False  # Whether the text is known not to be HTML.

    def lookup(self, path: str) -> object:
        """Return the value at a path of the record, or of the object around it."""
        if path.startswith(OUTER):
            return value_at_path(self.record.get(OUTER), path.removeprefix(OUTER))
        return value_at_path(self.record, path)

    def value(self, place: Place) -> object:
        """Return the value of a place after its transforms, None if one of them finds nothing."""
        value = self.lookup(place.path)
        for transform, argument in place.steps:
            if is_empty(value):
                return None
            looked_up = self.lookup(argument) if transform in PATH_ARGUMENTS else argument
            value = TRANSFORMS[transform](value, looked_up)
        return value

    def set(self, name: str, value: object, origin: str) -> None:
        """Set a field and say where it comes from."""
        self.fields[name], self.provenance[name] = value, origin

    def origin_of(self, place: Place) -> str:
        """Return how a place is called in the provenance of a field."""
        return f"{place.path.removeprefix(OUTER)} of {self.recipe.name}"


def recipe_named(name: str, context: ReaderContext) -> RecipeFile:
    """Return the first recipe with a name; raise ValueError if there is none."""
    recipe = next((recipe for recipe in context.recipes if recipe.name == name), None)
    if recipe is None:
        raise ValueError(f"the recipe {name!r} is missing: expected it in seed/recipes")
    return recipe


def matches(recipe: RecipeFile, record: Mapping[str, object]) -> bool:
    """Return whether a record has all keys of one of the sets of a recipe, and the values that it wants."""
    if not any(all(_has_path(record, path) for path in paths) for paths in recipe.keys):
        return False
    return all(_text_values(value_at_path(record, path)) & wanted for path, wanted in recipe.where.items())


def _has_path(record: object, path: str) -> bool:
    """Return whether all names of a path exist, whatever the last one holds; a list has those of its items."""
    if isinstance(record, list):
        return any(_has_path(item, path) for item in record[:10])
    if not isinstance(record, Mapping):
        return False
    if path in record:
        return True
    name, dot, remaining = path.partition(".")
    return bool(dot) and _has_path(record.get(name), remaining)


def headerless_columns(row: Sequence[str], recipes: Iterable[RecipeFile]) -> tuple[str, ...] | None:
    """Return the names of the columns of a table without a header, whose first row this is; None if it has a header.

    A row has as many cells as a recipe names, with a URL and its host in their columns.
    """
    for columns in (columns for recipe in recipes for columns in recipe.columns if len(columns) == len(row)):
        cells = dict(zip(columns, row, strict=True))
        url, host = cells.get("url", ""), cells.get("hostname", "")
        if _HTTP.match(url) and host and site_host(url) == site_host(host):
            return columns
    return None


def begins_without_header(cells: Sequence[str]) -> bool:
    """Return whether the first cells of a table are a URL, maybe after an id, and its host soon after it."""
    urls = [cell for cell in cells[:2] if _HTTP.match(cell)]
    return bool(urls) and site_host(urls[0]) in {site_host(cell) for cell in cells[1:5] if not _HTTP.match(cell)}


def _text_values(value: object) -> frozenset[str]:
    """Return a value, or those of a list, as texts; of an address only what follows its last slash."""
    values = value if isinstance(value, list) else [value]
    return frozenset(str(item).rpartition("/")[2] for item in values if item is not None)


def read_by_recipe(
    recipe: RecipeFile,
    origin: Origin,
    record: Mapping[str, object],
    context: ReaderContext,
    *,
    notes: tuple[str, ...] = (),
) -> RawArticle | Link | NoArticle:
    """Return what a recipe makes of a record; raise ValueError naming field, value and what was expected."""
    reading = _Reading(recipe, record)
    if rule := next((rule for rule in recipe.skip if _applies(rule, reading)), None):
        return NoArticle(origin, f"{rule.because} is no article ({recipe.name})")
    for name in recipe.fields:
        if name not in {"text", "extract", "free", "published", *DETAILS}:
            _set_first(reading, name)
    _set_text(reading)
    if is_removed(reading.fields.get("title")) or is_removed(reading.fields.get("text")):
        return NoArticle(origin, f"an article called [Removed] has no content ({recipe.name})")
    is_made = _set_title(reading) and "title" not in context.overrides
    _normalize(reading, context)
    published, dropped = _published(reading)
    if is_empty(reading.fields.get("source")) and "source" not in context.overrides:
        hint = source_hint(origin, reading.fields.get("title"))
        raise ValueError(f"source: {recipe.name} names neither outlet nor URL {hint}")
    if is_empty(reading.fields.get("text")) and not is_empty(reading.fields.get("url")):
        return _listed_page(reading, origin, published, context.overrides)
    article = build_article(
        origin,
        reading.fields,
        published,
        context.overrides,
        provenance=reading.provenance,
        missing=reading.missing,
        notes=(f"read as {recipe.name}", *notes),
        details=_details(reading),
        dropped=dropped,
        strict=context.strict,
    )
    item = article if reading.is_plain else clean_text(article, context.overrides)
    return replace(item, matches_by_title=False) if is_made and isinstance(item, RawArticle) else item


def _applies(rule: SkipRule, reading: _Reading) -> bool:
    values = map(reading.lookup, rule.paths)
    value = next((value for value in values if not is_empty(value)), None)
    if value is None:
        return "" in rule.values and not rule.negated
    return (str(value).casefold() in rule.values) != rule.negated


def _set_first(reading: _Reading, name: str) -> None:
    """Set a field to the first of its places that has a value."""
    for place in reading.recipe.fields.get(name, ()):
        if not is_empty(value := reading.value(place)):
            reading.set(name, value, reading.origin_of(place))
            return
    reading.missing[name] = f"{reading.recipe.name} has none here"


def _details(reading: _Reading) -> dict[str, str]:
    """Return the details that a recipe names and the record has."""
    values = {
        name: next((value for place in places if not is_empty(value := reading.value(place))), None)
        for name, places in reading.recipe.fields.items()
        if name in DETAILS
    }
    return {name: str(value) for name, value in values.items() if isinstance(value, str | int)}


def _set_text(reading: _Reading) -> None:
    """Set text and text kind: what is read where there is no text, and a text that is not free, are extracts."""
    recipe = reading.recipe
    for name, kind in (("text", TextKind.FULL), ("extract", TextKind.EXTRACT)):
        for place in recipe.fields.get(name, ()):
            text = reading.value(place)
            if not isinstance(text, str) or not text.strip():
                continue
            reading.set("text", text, reading.origin_of(place))
            reading.is_plain = any(step.transform in PLAIN_TRANSFORMS for step in place.steps)
            if kind is TextKind.EXTRACT:
                reading.set("text_kind", kind.value, f"{recipe.name} has no text, only {place.path}")
            elif not _is_free(reading):
                reading.set("text_kind", TextKind.EXTRACT.value, f"{recipe.name} says that the text is not free")
            return


def _is_free(reading: _Reading) -> bool:
    values = (reading.value(place) for place in reading.recipe.fields.get("free", ()))
    return not any(str(value).casefold() in _FALSE for value in values if value is not None)


def _set_title(reading: _Reading) -> bool:
    """Make a line of the title, or make a title of the text where the recipe says so; return whether it was made."""
    fields, options = reading.fields, reading.recipe.options
    title, text = fields.get("title"), fields.get("text")
    if isinstance(title, str):
        fields["title"] = to_plain_line(title)
        if "title in text" in options and isinstance(text, str):
            fields["text"] = without_heading(text, str(fields["title"]))
        return False
    if "title from text" not in options or not isinstance(text, str) or not text.strip():
        return False
    reading.set("title", first_words(text), "the first words of the text, which has no title")
    reading.missing.pop("title", None)
    return True


def _normalize(reading: _Reading, context: ReaderContext) -> None:
    """Bring names, ids, languages and sources into the form that the checks expect."""
    fields = reading.fields
    if "authors" in fields:
        names = _names(fields["authors"], context)
        if reason := why_no_person(fields["authors"], names):
            reading.missing["authors"] = reason
        fields["authors"] = names
    if isinstance(number := fields.get("id"), int) and not isinstance(number, bool):
        fields["id"] = str(number)
    if isinstance(tongue := fields.get("language"), str):
        fields["language"] = tongue.strip().replace("_", "-")
    if isinstance(name := fields.get("source"), str):
        fields["source"] = to_plain_line(name).strip()
    url = fields.get("url")
    host = site_host(url) if isinstance(url, str) else ""
    outlet = context.sources.find(host) if host else None
    source = fields.get("source")
    if outlet is not None and not (isinstance(source, str) and context.sources.knows(source)):
        reading.set("source", outlet.id, "the host of url")
    elif is_empty(source) and host:
        reading.set("source", host, "the host of url")
    if not is_empty(fields.get("source")):
        reading.missing.pop("source", None)


def _names(value: object, context: ReaderContext) -> object:
    """Return the names in a value; a text may hold several, and tables have lists as Python writes them."""
    names = author_names(list_in_text(value), context)
    if not isinstance(names, list):
        return names
    split = [author_names(name, context) if isinstance(name, str) else name for name in names]
    flat: Iterable[object] = chain.from_iterable(part if isinstance(part, list) else [part] for part in split)
    return list(dict.fromkeys(name for name in flat if isinstance(name, str) and name.strip()))


def _published(reading: _Reading) -> tuple[Published, dict[str, ValueError]]:
    """Return the date of the first place that has one that can be read, or the error of the first one that cannot."""
    errors: list[ValueError] = []
    for place in reading.recipe.fields.get("published", ()):
        value = reading.value(place)
        if is_empty(value):
            continue
        try:
            published = value if isinstance(value, Published) else parse_date("published", value, basis=Basis.METADATA)
        except ValueError as error:
            errors.append(ValueError(f"{reading.origin_of(place)}: {error}"))
        else:
            reading.provenance["published"] = reading.origin_of(place)
            return published, {}
    reading.missing["published"] = f"{reading.recipe.name} has none here"
    return Published(), dict.fromkeys(("published",), errors[0]) if errors else {}


def _listed_page(reading: _Reading, origin: Origin, published: Published, overrides: Mapping[str, object]) -> Link:
    """Return the link to a page whose text is missing, with what is known of it; `overrides` win."""
    fields = {**reading.fields, **overrides}
    return Link(
        origin,
        check_url("url", fields["url"]),
        ListedPage(
            reading.recipe.name,
            None if is_empty(fields.get("title")) else check_line("title", fields["title"]),
            None if is_empty(fields.get("source")) else check_line("source", fields["source"]),
            parse_published(overrides, basis=Basis.METADATA) if "published" in overrides else published,
            _language(fields.get("language")),
            "date may be later" in reading.recipe.options and "published" not in overrides,
        ),
    )


def _language(value: object) -> str | None:
    try:
        return None if is_empty(value) else check_language("language", value)
    except ValueError:
        return None
