"""Recipes as data: how the records of a tool are recognized, and where their fields are. One YAML file each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from seed.readers.strict_yaml import YamlValue, parse_yaml
from seed.readers.validation import WrongValueError, nearest_hint, refuse_unknown
from seed.records import DETAILS

RECIPE_FOLDER = Path(__file__).resolve().parents[2] / "recipes"
"""Folder of the recipes that ship."""

FIELDS = (
    *("title", "source", "url", "id", "published", "authors", "language", "rights"),
    *DETAILS,
    *("text", "extract", "free"),
)
"""The fields of a recipe: `extract` is read where there is no `text`, `free` says whether the text is a whole one."""

FILE_KEYS = ("name", "about", "keys", "where", "articles", "columns", "fields", "skip", "options")

OPTIONS = frozenset({"title from text", "title in text", "date may be later"})
"""What a recipe may say besides: see `seed/recipes/README.md`."""

TRANSFORM_NAMES = frozenset(
    {
        *("html", "markdown", "first", "paragraphs", "spans", "string", "inverted-names", "persons"),
        *("linked-names", "linked-name", "linked-url", "epoch", "utc", "offset-from", "basic-iso", "day", "set-date"),
    }
)
"""The names of the transforms; a test compares them with the functions, which take long to import."""

OUTER = "^"
"""The name under which a record has the values of the object around it, with which paths to them begin."""

# Names of keys in a record; wider records are not cached, because hostile ones may all differ.
MAX_CACHED_LENGTH = 2_000


class Step(NamedTuple):
    """A transform of a value, with what follows its name."""

    transform: str
    argument: str


@dataclass(frozen=True, slots=True)
class Place:
    """A path to a value in a record, and the transforms that make a field of it."""

    path: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class SkipRule:
    """When a record is no article: the value of a path is, or is not, one of some values; `because` says what it is.

    Of several paths, the first with a value counts.
    """

    paths: tuple[str, ...]
    values: frozenset[str]
    negated: bool
    because: str


@dataclass(frozen=True, slots=True, eq=False)
class RecipeFile:
    """The recipe for the records of a tool.

    Each of `keys` is a set of paths that only its records have; `where` restricts the values at paths. `articles` are
    the paths in a document under which its records are; `*` stands for each value of an object. `columns` are those of
    its tables without a header.
    """

    name: str
    keys: tuple[tuple[str, ...], ...]
    where: Mapping[str, frozenset[str]]
    articles: tuple[str, ...]
    fields: Mapping[str, tuple[Place, ...]]
    skip: tuple[SkipRule, ...] = ()
    options: frozenset[str] = frozenset()
    columns: tuple[tuple[str, ...], ...] = ()

    @property
    def roots(self) -> frozenset[str]:
        """The names of a record that the recipe reads."""
        arguments = [step.argument for place in self._places() for step in place.steps]
        paths = [
            *(place.path for place in self._places()),
            *arguments,
            *(path for rule in self.skip for path in rule.paths),
            *self.where,
        ]
        return frozenset(name for path in paths for name in (path, path.partition(".")[0]))

    @property
    def needs_outer(self) -> bool:
        """Whether the recipe reads values of the object around a record."""
        return any(place.path.startswith(OUTER) for place in self._places())

    def _places(self) -> Iterator[Place]:
        for places in self.fields.values():
            yield from places


def load_recipes(*folders: Path) -> tuple[RecipeFile, ...]:
    """Return the recipes of all folders, those of later folders first; raise ValueError naming file and problem."""
    return tuple(recipe for folder in reversed(folders) for recipe in _load_folder(folder))


@cache
def _load_folder(folder: Path) -> tuple[RecipeFile, ...]:
    return tuple(_load_file(path) for path in sorted(folder.glob("*.yaml")))


def _load_file(path: Path) -> RecipeFile:
    try:
        return parse_recipe(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None


def parse_recipe(text: str) -> RecipeFile:
    """Return the recipe in a file; raise ValueError naming key, value and what was expected."""
    document = _mapping("the file", parse_yaml(text))
    refuse_unknown(document, FILE_KEYS, where="key")
    for name in ("name", "keys", "fields"):
        if not document.get(name):
            raise WrongValueError(name, document.get(name), "a value; every recipe has one")
    fields = _mapping("fields", document["fields"])
    refuse_unknown(fields, FIELDS)
    options = frozenset(_strings("options", document.get("options", [])))
    refuse_unknown(options, OPTIONS, where="option")
    return RecipeFile(
        name=_string("name", document["name"]),
        keys=tuple(tuple(_strings("keys", names)) for names in _list("keys", document["keys"])),
        where={
            path: frozenset(_strings(f"where.{path}", values))
            for path, values in _mapping("where", document.get("where", {})).items()
        },
        articles=tuple(_strings("articles", document.get("articles", []))),
        fields={
            name: tuple(_parse_place(f"fields.{name}", place) for place in _strings(f"fields.{name}", places))
            for name, places in fields.items()
        },
        skip=tuple(_parse_skip(rule) for rule in _list("skip", document.get("skip", []))),
        options=options,
        columns=tuple(tuple(_strings("columns", names)) for names in _list("columns", document.get("columns", []))),
    )


def _parse_place(field: str, text: str) -> Place:
    path, *steps = (part.strip() for part in text.split(" | "))
    if not path:
        raise WrongValueError(field, text, "a path such as 'headline.main', or a path and transforms: 'body | html'")
    return Place(path, tuple(_parse_step(field, step) for step in steps))


def _parse_step(field: str, step: str) -> Step:
    name, _, argument = step.partition(" ")
    if name not in TRANSFORM_NAMES:
        raise WrongValueError(field, name, nearest_hint(name, sorted(TRANSFORM_NAMES)))
    return Step(name, argument.strip())


def _parse_skip(rule: YamlValue) -> SkipRule:
    keys = _mapping("skip", rule)
    refuse_unknown(keys, ("path", "is", "not", "because"), where="key of skip")
    if ("is" in keys) == ("not" in keys) or not {"path", "because"} <= keys.keys():
        raise WrongValueError("skip", dict(keys), "path, because, and either `is` or `not` with values")
    values = _strings("skip", keys["is"] if "is" in keys else keys["not"])
    return SkipRule(
        tuple(_strings("skip.path", keys["path"])),
        frozenset(values),
        "not" in keys,
        _string("skip.because", keys["because"]),
    )


def _mapping(name: str, value: YamlValue) -> Mapping[str, YamlValue]:
    if not isinstance(value, dict):
        raise WrongValueError(name, value, "keys and values")
    return value


def _list(name: str, value: YamlValue) -> list[YamlValue]:
    if not isinstance(value, list):
        raise WrongValueError(name, value, "a list")
    return value


def _string(name: str, value: YamlValue) -> str:
    if not isinstance(value, str):
        raise WrongValueError(name, value, "a text")
    return value


def _strings(name: str, value: YamlValue) -> list[str]:
    """Return a list of texts; a single text is a list of one."""
    return [_string(name, item) for item in (value if isinstance(value, list) else [value])]


def candidates(recipes: tuple[RecipeFile, ...], names: tuple[str, ...]) -> tuple[RecipeFile, ...]:
    """Return the recipes that may be for a record with these names, by the first names in the paths of their keys."""
    return (_cached_candidates if sum(map(len, names)) <= MAX_CACHED_LENGTH else _candidates)(recipes, names)


def _candidates(recipes: tuple[RecipeFile, ...], names: tuple[str, ...]) -> tuple[RecipeFile, ...]:
    return tuple(
        recipe for recipe in recipes if any(all(_may_have(names, path) for path in paths) for paths in recipe.keys)
    )


def _may_have(names: tuple[str, ...], path: str) -> bool:
    return path in names or path.partition(".")[0] in names


_cached_candidates = lru_cache(maxsize=256)(_candidates)
