"""JSON documents: arrays of articles, objects one after another, and what holds articles, such as API responses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import IgnoredKeys
from seed.readers.fields.recipes import read_record
from seed.readers.fields.wrappers import MAX_WRAPPER_DEPTH, ArticleFinder, join_path, several_lists
from seed.readers.input.decoding import UnreadableError
from seed.readers.input.json_values import JSON_DECODER, STRICT_DECODER, JsonText, TooLargeError
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle, ReadItem, Refusal

_DOCUMENT_START = re.compile(r"\[\s*(?:\{|\]\s*$)|\{\s*\"")

_PROGRAM = re.compile(
    r"(?:(?:var|let|const|window\.|self\.|export|module\.)\b[^\n=]{0,200}|[A-Za-z_$][\w$.]{0,100}\s{0,9})[=(]\s{0,9}[\[{(]"
)

_MAX_WAITING = 1_000  # Invalid items of a list before its first article.


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins with an array of objects, or with an object."""
    return bool(_DOCUMENT_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of a document, with their positions (from 1) as lines of origin.

    An invalid one is refused, and ends the reading only if nobody knows where the next one begins.
    """
    number, ignored, finder = 0, IgnoredKeys(), ArticleFinder(context)
    is_noted = False
    text = JsonText(stream, STRICT_DECODER if context.strict else JSON_DECODER)
    notes = WrapperNotes(finder)
    try:
        for value in read_values(text, finder):
            number += 1
            item = read_value(value, Origin(path, number), context, ignored, notes.new())
            if text.has_comments and not is_noted and isinstance(item, RawArticle):
                is_noted, item = True, replace(item, notes=("comments in the JSON were skipped", *item.notes))
            yield item
    except ValueError as error:
        yield Refusal(Origin(path, number + 1), str(error))


class WrapperNotes:
    """The notes of a file on where its articles are: one for each place."""

    def __init__(self, finder: ArticleFinder) -> None:
        self._finder = finder
        self._noted: str | None = None

    def new(self) -> tuple[str, ...]:
        """Return the note about the current place, none if it is that of the article before."""
        if self._finder.path == self._noted:
            return ()
        self._noted = self._finder.path
        return (f"the articles are under {self._noted!r}",)


def read_value(
    value: object, origin: Origin, context: ReaderContext, ignored: IgnoredKeys, notes: tuple[str, ...]
) -> ReadItem:
    """Return the article of a JSON value, or a refusal; a ValueError stands for a value that could not be decoded."""
    if not isinstance(value, dict):
        error = value if isinstance(value, ValueError) else WrongValueError("the item", value, "a JSON object")
        return Refusal(origin, str(error))
    try:
        return read_record(origin, value, context, ignored=ignored, notes=notes)
    except ValueError as error:
        return Refusal(origin, str(error))
    except Exception as error:
        return refuse_unexpected(error, origin, "read")


def read_values(text: JsonText, finder: ArticleFinder) -> Iterator[object]:
    """Yield the articles of all values of a text, and a ValueError in place of each that is invalid.

    After text that is no JSON, the next object at the beginning of a line is read. Raise ValueError for a program.
    """
    is_first = True
    while (mark := text.peek()) or is_first:
        if is_first and _PROGRAM.match(text.text, text.position):
            raise ValueError(
                "the JSON is inside a program, such as `callback(…)` of JSONP or `var x = …`: expected the JSON alone"
            )
        try:
            yield from _articles_of_value(text, finder, mark, is_first=is_first)
        except UnreadableError:
            raise
        except ValueError as error:
            yield ValueError(f"{error}{text.skip_to_object()}" if text.peek() else str(error))
        is_first = False
        if text.peek() == ",":  # Between objects that were cut out of an array.
            text.position += 1


def _articles_of_value(text: JsonText, finder: ArticleFinder, mark: str, *, is_first: bool) -> Iterator[object]:
    """Yield the articles of the value that begins here with `mark`."""
    if mark == "[":
        for item in text.items():
            yield from (item,) if isinstance(item, ValueError) else finder.articles_of_item(item)
    elif mark == "{":
        yield from _object_articles(text, finder)
    elif not is_first:
        raise ValueError("more text after the JSON: expected one document, or objects one after another")
    elif mark:
        yield text.value()
    else:
        raise ValueError("the file is empty: expected an array of objects, or one object")


def _object_articles(text: JsonText, finder: ArticleFinder) -> Iterator[object]:
    try:
        value = text.value()
    except ValueError as error:
        if text.skip_cut_object():
            yield error
        else:
            yield from _ArticleSearch(text, finder).articles(error)
    else:
        yield from finder.articles(value)


class _ArticleSearch:
    """Searches an object that cannot be decoded whole for the list of its articles."""

    def __init__(self, text: JsonText, finder: ArticleFinder) -> None:
        self._text = text
        self._finder = finder
        self._place: str | None = None
        self._other_places: dict[str, None] = {}
        self._outer: dict[str, object] = {}

    def articles(self, error: ValueError) -> Iterator[object]:
        """Yield the articles inside the object that begins here, or the error that it has if there are none."""
        try:
            if self._is_article():
                self._text.skip_value()
            else:
                yield from self._search("", MAX_WRAPPER_DEPTH)
        except ValueError as structure_error:
            raise (error if self._place is None else structure_error) from None
        if self._place is None:
            is_large = isinstance(error, TooLargeError)
            yield ValueError("the object holds no list of articles with a title and a text") if is_large else error
        elif self._other_places:
            yield several_lists((self._place, *self._other_places))

    def _search(self, path: str, depth: int) -> Iterator[object]:
        """Yield the articles inside the object that begins here: those of the first place that has some."""
        for key in self._text.members():
            inner = join_path(path, key)
            if self._text.peek() == "[":
                yield from self._list(inner)
                continue
            is_object = self._text.peek() == "{"
            try:
                value = self._text.value()
            except ValueError as error:
                if is_object and self._is_article():
                    yield from self._at(join_path(path, "*"), (error,))
                elif is_object and depth > 1:
                    yield from self._search(inner, depth - 1)
                    continue
                self._text.skip_value()
            else:
                if isinstance(value, dict) and self._finder.is_article(value):
                    yield from self._at(join_path(path, "*"), (value,))
                else:
                    groups = self._finder.with_texts(self._finder.find(value, inner))
                    for place, items in groups.items():
                        yield from self._at(place, items)
                    if not groups:
                        self._outer[key] = value

    def _is_article(self) -> bool:
        """Return whether the keys of the object that begins here are those of an article."""
        return self._finder.is_article(dict.fromkeys(self._text.object_keys()))

    def _list(self, path: str) -> Iterator[object]:
        """Yield the articles of the list that begins here, if it is the first that has some."""
        invalid: list[object] = []
        for item in self._text.items():
            if (known := self._finder.known_articles(item)) is not None:
                yield from self._at(path, known)
                continue
            groups = {} if isinstance(item, ValueError) else self._finder.with_texts(self._finder.find([item], path))
            for place, items in groups.items():
                yield from self._at(place, (*invalid, *items))
                invalid = []
            if not groups and path == self._place:
                yield from self._at(path, (item,))
            elif isinstance(item, ValueError) and len(invalid) < _MAX_WAITING:
                invalid.append(item)

    def _at(self, place: str, items: Iterable[object]) -> Iterator[object]:
        """Yield items if this is the first place of articles; remember another one."""
        if self._place is None:
            self._place = self._finder.path = place
        if place == self._place:
            for item in items:
                yield self._finder.with_outer(item, self._outer)
        else:
            self._other_places[place] = None
