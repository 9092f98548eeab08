"""The press databases whose exports are read, and which of them wrote a text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from seed.readers.context import ReaderContext
from seed.readers.press import factiva, nexis, proquest
from seed.records import Origin, ReadItem


class Database(NamedTuple):
    """A press database: whether the beginning of a text is one of its exports, and how to read the articles in it.

    Both get lines or the paragraphs of a document; `matches` gets some of the first ones.
    """

    name: str
    matches: Callable[[Sequence[str]], bool]
    read: Callable[[Iterable[str], Origin, ReaderContext], Iterator[ReadItem]]


DATABASES: tuple[Database, ...] = (
    Database("ProQuest", proquest.matches, proquest.read),  # Before Nexis, whose articles may be numbered like its.
    Database("Factiva", factiva.matches, factiva.read),
    Database("Nexis", nexis.matches, nexis.read),
)
"""All databases, in the order in which they are tried. Adding a database takes one module and one line here."""


def database_of(lines: Sequence[str]) -> Database | None:
    """Return the database that exported a text with these first lines; None if it is no export of one."""
    return next((database for database in DATABASES if database.matches(lines)), None)
