"""The settings and data that every reader gets for one file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seed.readers.dates.facts import Fact
from seed.readers.fields.recipe_files import RECIPE_FOLDER, RecipeFile, load_recipes
from seed.readers.outlets import Sources


@dataclass(frozen=True, slots=True)
class ReaderContext:
    """The overrides, outlets and dated facts that apply to one file.

    `overrides` are values by field name that win over those in the file. `format` and `encoding` are forced by the
    user, None to detect them; `paths` map a field to its column or key in a record; `strict` refuses a record where
    otherwise a note would say what was ignored; `sheets` are the only ones of a workbook to read; `base` is the URL
    that a page was fetched from; `recipes` are those of files, by which the records of other tools are read; `is_crawl`
    is set for the pages of a crawl, of which those that are no articles are counted instead of refused.
    """

    overrides: Mapping[str, object]
    sources: Sources
    facts: tuple[Fact, ...]
    format: str | None = None
    encoding: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    sheets: tuple[str, ...] = ()
    base: str | None = None
    recipes: tuple[RecipeFile, ...] = field(default_factory=lambda: load_recipes(RECIPE_FOLDER))
    is_crawl: bool = False
