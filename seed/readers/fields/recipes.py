"""Read a record of columns or keys: by the recipe of the tool that wrote it, else by the names that exports have.

What Dateline exported comes first: a record that has all its required values and no name besides the listed ones. Then
come the recipes of files (`seed/recipes`), those of users before those that ship.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from app.cells import unguard_formula
from seed.readers.context import ReaderContext
from seed.readers.fields import dateline_export
from seed.readers.fields.mapping import IgnoredKeys, Layout, article_from_record, find_layout, ignored_note
from seed.readers.fields.plain_text import clean_text
from seed.readers.fields.recipe_files import MAX_CACHED_LENGTH, OUTER, RecipeFile, candidates
from seed.readers.fields.recipe_reading import matches, read_by_recipe
from seed.readers.validation import preview
from seed.records import Link, NoArticle, Origin, RawArticle

_T = TypeVar("_T")

ArticleReader = Callable[[Origin, Mapping[str, object], ReaderContext], RawArticle]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of record: the names that all its records have, those that they may have, and the function that reads it.

    `objects` are the required names whose value is an object, each with the keys of this object that are required.
    """

    name: str
    required: frozenset[str]
    optional: frozenset[str]
    read: ArticleReader
    objects: Mapping[str, frozenset[str]]

    def has_objects(self, record: Mapping[str, object]) -> bool:
        """Return whether a record has all the required objects."""
        return all(
            isinstance(value := record.get(name), dict) and keys <= value.keys() for name, keys in self.objects.items()
        )

    def missing(self, record: Mapping[str, object]) -> Set[str]:
        """Return the required names that a record lacks."""
        return self.required - record.keys()

    def unknown(self, record: Mapping[str, object]) -> Set[str]:
        """Return the names of a record that these records never have."""
        return record.keys() - self.required - self.optional


RECIPES = (
    Recipe(
        "JSON of Dateline",
        dateline_export.JSON_REQUIRED,
        dateline_export.JSON_OPTIONAL,
        dateline_export.article_from_json,
        {"source": dateline_export.SOURCE_KEYS, "published": dateline_export.DATE_KEYS},
    ),
    Recipe(
        "JSON-LD of Dateline",
        dateline_export.JSON_LD_REQUIRED,
        dateline_export.JSON_LD_OPTIONAL,
        dateline_export.article_from_json_ld,
        {"publisher": dateline_export.PUBLISHER_KEYS, "urn:dateline:record": frozenset({"@value"})},
    ),
    Recipe(
        "CSV of Dateline",
        dateline_export.CSV_REQUIRED,
        dateline_export.CSV_OPTIONAL,
        dateline_export.article_from_row,
        {},
    ),
)
"""All recipes; the first that matches applies."""


def find_recipe(record: Mapping[str, object], context: ReaderContext) -> Recipe | RecipeFile | None:
    """Return the recipe for a record, None if there is none, or if the user says where the fields are."""
    if context.paths:
        return None
    names = tuple(record)
    for own in _own_candidates(names):
        if own.has_objects(record):
            return own
    return next((recipe for recipe in candidates(context.recipes, names) if matches(recipe, record)), None)


def _cached_by_names(function: Callable[[tuple[str, ...]], _T]) -> Callable[[tuple[str, ...]], _T]:
    """Cache what a function returns for the names of records, but for those of hostile ones, which may all differ."""
    cached = lru_cache(maxsize=256)(function)
    return lambda names: (cached if sum(map(len, names)) <= MAX_CACHED_LENGTH else function)(names)


@_cached_by_names
def _own_candidates(names: tuple[str, ...]) -> tuple[Recipe, ...]:
    """Return the recipes in `RECIPES` that may be for a record with these names."""
    record = dict.fromkeys(names)
    return tuple(recipe for recipe in RECIPES if not recipe.missing(record) and not recipe.unknown(record))


def read_record(
    origin: Origin,
    record: Mapping[str, object],
    context: ReaderContext,
    *,
    ignored: IgnoredKeys | None = None,
    notes: tuple[str, ...] = (),
) -> RawArticle | Link | NoArticle:
    """Return what a record of columns or keys is; raise ValueError naming field, value and what was expected.

    `ignored` notes the keys of JSON that hold no field.
    """
    recipe = find_recipe(record, context)
    if isinstance(recipe, Recipe):
        return recipe.read(origin, record, context)
    if recipe is not None:
        return _read_by_file(recipe, origin, record, context, ignored=ignored, notes=notes)
    if "@type" in record and not context.paths and not _has_article(record):
        reason = f"an object of the type {preview(record['@type'])} without a title and a text is no article"
        return NoArticle(origin, reason)
    hint = None if context.paths else near_miss(record)
    if hint and _OWN_DATE in record:
        record = {name: unguard_formula(cell) if isinstance(cell, str) else cell for name, cell in record.items()}
    try:
        article = article_from_record(origin, record, context, ignored=ignored, notes=(*notes, hint) if hint else notes)
    except ValueError as error:
        raise (ValueError(f"{error}; {hint}") if hint else error) from None
    return clean_text(article, context.overrides)


def _has_article(record: Mapping[str, object]) -> bool:
    """Return whether a record has keys for a title and a text."""
    return {"title", "text"} <= find_layout(tuple(record), frozenset()).keys.keys()


def _read_by_file(  # noqa: PLR0913 - as above
    recipe: RecipeFile,
    origin: Origin,
    record: Mapping[str, object],
    context: ReaderContext,
    *,
    ignored: IgnoredKeys | None,
    notes: tuple[str, ...],
) -> RawArticle | Link | NoArticle:
    if ignored is None:
        return read_by_recipe(recipe, origin, record, context, notes=notes)
    layout = Layout({}, tuple(key for key in record if key != OUTER and key not in recipe.roots))
    new_keys = ignored.new_keys(layout, {})
    item = read_by_recipe(recipe, origin, record, context, notes=notes + ignored_note("keys", new_keys))
    if isinstance(item, RawArticle):
        ignored.add(new_keys)
    return item


def near_miss(record: Mapping[str, object]) -> str | None:
    """Return why no recipe matches a record that has most of the names that one of them requires; None for others.

    Half of them are enough with a column of dates as only exports of Dateline call it.
    """
    for recipe, reason in _near_recipes(tuple(record)):
        if recipe.has_objects(record):
            return reason
    return None


@_cached_by_names
def _near_recipes(names: tuple[str, ...]) -> tuple[tuple[Recipe, str], ...]:
    """Return the recipes most of whose names are among these, each with the reason why it does not match."""
    record = dict.fromkeys(names)
    near = []
    for recipe in RECIPES:
        missing = recipe.missing(record)
        if 2 * len(missing) < len(recipe.required) + (_OWN_DATE in record):
            differs = f"lacks {_listed(missing)}" if missing else f"also has {_listed(recipe.unknown(record))}"
            near.append((recipe, f"it is not read as {recipe.name}, because it {differs}"))
    return tuple(near)


_OWN_DATE = "published_on"


def _listed(names: Set[str]) -> str:
    return ", ".join(map(preview, sorted(names)[:10]))
