"""The formats that are read, and which of them a file is: told by its content first, then by its suffix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.formats import csv_table, feed, html_page, json_document, json_lines, markdown, saved_text, url_list
from seed.readers.input.decoding import beginning
from seed.records import Link, RawArticle, Refusal

Reader = Callable[[BinaryIO, str, ReaderContext], Iterator[RawArticle | Refusal | Link]]
Sign = Callable[[str, str], bool]

HEAD = 65_536
"""Bytes of a file by which its format is told."""


def _no_sign(_text: str, _suffix: str) -> bool:
    """Nothing in a plain text says that it is a saved page: only its suffix does."""
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """A reader, the suffixes of its files, and a sign: whether text that begins so (and its suffix) is of the format.

    `many` says that a file holds many articles, `whole` that it is read in one go, and so has the bytes of one record.
    """

    read: Reader
    suffixes: tuple[str, ...]
    sign: Sign = _no_sign
    many: bool = False
    whole: bool = False


FORMATS: dict[str, Format] = {
    "feed": Format(feed.read, (".rss", ".atom", ".rdf"), feed.sign, many=True, whole=True),
    "html": Format(html_page.read, (".html", ".htm", ".xhtml"), html_page.sign, whole=True),
    "markdown": Format(markdown.read, (".md", ".markdown"), markdown.sign, whole=True),
    "json-lines": Format(json_lines.read, (".jsonl", ".ndjson"), json_lines.sign, many=True),
    "json": Format(json_document.read, (".json",), json_document.sign, many=True),
    "csv": Format(csv_table.read, (".csv", ".tsv"), csv_table.sign, many=True),
    url_list.NAME: Format(url_list.read, (".urls",), url_list.sign, many=True),
    "page": Format(saved_text.read, (".txt",), whole=True),
}
"""Every format by its name, in the order in which signs are looked for. Adding one is one module and one line here."""

SUFFIXES: dict[str, str] = {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}
"""Format by file suffix."""


def suffix_of(name: str) -> str:
    """The suffix of a file, or of a file in an archive, in lower case."""
    return PurePath(name.rpartition("!")[2]).suffix.lower()


def told(head: bytes, name: str, declared: str | None = None) -> str | None:
    """The name of the format of a file that begins with `head`; None if nothing tells it.

    `declared` is the format that whoever sent the file says it has, which counts for more than its suffix.
    """
    suffix = suffix_of(name)
    text = beginning(head)
    signed = (known for known, kind in FORMATS.items() if kind.sign(text, suffix))
    return next(signed, None) or declared or SUFFIXES.get(suffix)
