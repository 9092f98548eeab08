"""Find the articles in the JSON around them, such as the responses of APIs, dumps of databases, and GraphQL."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import find_layout, value_at_path
from seed.readers.fields.recipe_documents import find_articles
from seed.readers.fields.recipe_files import OUTER, RecipeFile
from seed.readers.fields.recipes import find_recipe

LIST_KEYS = ("articles", "items", "results", "records", "data", "docs", "hits", "stories", "value", "values", "entries")
"""Keys under which objects commonly hold their articles; in such a list, objects of any other shape are refused."""

MAX_WRAPPER_DEPTH = 8
"""Maximum number of objects around an article."""

_SAMPLE_ITEMS = 5
_MAX_NAMED = 5
_REFERENCES = ("text", "url", "published", "source")

Articles = dict[str, list[object]]
"""Lists of articles by their path; `[]` stands for each item of a list, `*` for each value of an object."""


class ArticleFinder:
    """Finds the articles of a file; `path` is where they are, as far as they are inside something."""

    def __init__(self, context: ReaderContext) -> None:
        self._context = context
        self._paths = frozenset(context.paths)
        self.path: str | None = None

    def articles_of_item(self, value: object) -> Iterator[object]:
        """Yield the articles in an item of a list, or the item itself: with a title it is an article."""
        if not isinstance(value, dict) or "title" in value or "title" in find_layout(tuple(value), self._paths).keys:
            yield value
        else:
            yield from self.articles(value)

    def articles(self, value: object) -> Iterator[object]:
        """Yield the articles in a value, or the value itself; a ValueError if several lists could be meant."""
        if not isinstance(value, dict) or self.is_article(value):
            yield value
            return
        if (known := self.known_articles(value)) is not None:
            yield from known
            return
        groups = self.find(value)
        if len(groups) == 1:
            for self.path, items in groups.items():
                yield from items
        elif groups:
            yield several_lists(groups)
        elif (columns := _columns(value)) is not None:
            yield ValueError(
                f"the object has a column under each key, such as {columns}: expected an array of records, as "
                "`to_json(orient='records')` of pandas writes it"
            )
        else:
            keys = find_layout(tuple(value), self._paths).keys
            listed = None if self._has(value, "title", keys) else _common_list(value)
            yield from (value,) if listed is None else listed

    def is_article(self, record: Mapping[str, object]) -> bool:
        """Return whether a record has a title and a text, or is one of a known tool."""
        keys = find_layout(tuple(record), self._paths).keys
        if self._has(record, "title", keys) and self._has(record, "text", keys):
            return True
        return find_recipe(record, self._context) is not None

    def known_articles(self, value: object) -> list[dict[str, object]] | None:
        """Return the articles that a recipe finds in a value, None if there is none."""
        return find_articles(value, self._context) if isinstance(value, dict) else None

    def with_outer(self, value: object, outer: Mapping[str, object]) -> object:
        """Return a record with the values of the object around it, if a recipe for it reads them."""
        if not outer or not isinstance(value, dict) or OUTER in value:
            return value
        recipe = find_recipe(value, self._context)
        return {**value, OUTER: outer} if isinstance(recipe, RecipeFile) and recipe.needs_outer else value

    def find(self, value: object, path: str = "") -> Articles:
        """Return the lists of articles in a value; those with texts alone, if there are any."""
        groups: Articles = {}
        self._collect(value, path, groups, MAX_WRAPPER_DEPTH)
        return self.with_texts(groups) or groups

    def with_texts(self, groups: Articles) -> Articles:
        """Return the lists whose first items have texts."""
        return {
            place: items
            for place, items in groups.items()
            if any(isinstance(item, dict) and self.is_article(item) for item in items[:_SAMPLE_ITEMS])
        }

    def _has(self, record: Mapping[str, object], name: str, keys: Mapping[str, str]) -> bool:
        """Return whether a record has something under the name of a field that is no object and no list."""
        if self._context.paths.get(name):
            return isinstance(value_at_path(record, self._context.paths[name]), str)
        key = keys.get(name)
        return name in self._context.overrides if key is None else not isinstance(record[key], dict | list)

    def _is_similar(self, record: Mapping[str, object]) -> bool:
        keys = find_layout(tuple(record), self._paths).keys
        has_title = self._has(record, "title", keys)
        return (has_title and any(self._has(record, name, keys) for name in _REFERENCES)) or self.is_article(record)

    def _with_url(self, key: str, record: object) -> object:
        """Return a record with its key as URL, if that is one and the record has none."""
        if not isinstance(record, dict) or not key.startswith(("http://", "https://")):
            return record
        return record if "url" in find_layout(tuple(record), self._paths).keys else {**record, "url": key}

    def _collect(self, value: object, path: str, groups: Articles, depth: int) -> None:
        """Add the lists of articles in a value."""
        if depth == 0:
            return
        if isinstance(value, list):
            objects = [item for item in value if isinstance(item, dict)]
            if any(map(self._is_similar, objects[:_SAMPLE_ITEMS])):
                groups.setdefault(path or "[]", []).extend(value)
                return
            for item in objects:
                self._collect(item, f"{path}[]", groups, depth - 1)
        elif isinstance(value, dict):
            children = {key: child for key, child in value.items() if isinstance(child, dict | list)}
            articles = [key for key, child in children.items() if isinstance(child, dict) and self.is_article(child)]
            if articles:
                place = join_path(path, articles[0] if len(articles) == 1 else "*")
                groups.setdefault(place, []).extend(self._with_url(key, children.pop(key)) for key in articles)
            for key, child in children.items():
                self._collect(child, join_path(path, key), groups, depth - 1)


def join_path(path: str, key: str) -> str:
    """Return the path of a key of the object at a path."""
    return f"{path}.{key[:80]}" if path else key[:80]


def several_lists(places: Iterable[str]) -> ValueError:
    """Return why an object with articles in several places is refused."""
    named = ", ".join(map(repr, islice(places, _MAX_NAMED)))
    return ValueError(f"articles are in several places, {named}: expected one of them, in a file of its own")


def _common_list(value: Mapping[str, object], depth: int = 3) -> list[object] | None:
    """Return the list under a key that commonly holds articles, also in inner objects; None if there is none."""
    for key in LIST_KEYS:
        listed = value.get(key)
        if isinstance(listed, list) and (not listed or any(isinstance(item, dict) for item in listed)):
            return listed
    inner = (_common_list(child, depth - 1) for child in value.values() if isinstance(child, dict) and depth > 1)
    return next((listed for listed in inner if listed is not None), None)


def _columns(value: Mapping[str, object]) -> str | None:
    """Return the names of columns if an object is a table by columns, all of the same shape; None if it is not one."""
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return "'columns' and 'data'"
    shapes = {_shape(column) for column in value.values()}
    if len(value) < 2 or len(shapes) > 1 or None in shapes:
        return None
    is_table = "title" in find_layout(tuple(value), frozenset()).keys
    return ", ".join(repr(key[:80]) for key in islice(value, 3)) if is_table else None


def _shape(column: object) -> tuple[str, ...] | int | None:
    """Return the names of the rows of a column, or their number; None for anything else."""
    if isinstance(column, list):
        return len(column) if len(column) > 1 else None
    if not isinstance(column, dict) or any(isinstance(cell, dict | list) for cell in column.values()):
        return None
    return tuple(column) if len(column) > 1 or all(map(str.isdecimal, column)) else None
