"""Recipes: how records of known tools are recognized, and how each is read.

A recipe applies to records that have all its required values and no name besides the listed ones. A record of any other
shape is read by the names of its columns and keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seed.readers.context import ReaderContext
from seed.readers.fields import dateline_export
from seed.records import Origin, RawArticle

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

    def matches(self, record: Mapping[str, object]) -> bool:
        """Return whether this is how a record is read."""
        names = record.keys()
        return (
            self.required <= names
            and names - self.required <= self.optional
            and all(
                isinstance(value := record[name], dict) and keys <= value.keys() for name, keys in self.objects.items()
            )
        )


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


def find_recipe(record: Mapping[str, object]) -> Recipe | None:
    """Return the recipe for a record, None if there is none."""
    return next((recipe for recipe in RECIPES if recipe.matches(record)), None)
