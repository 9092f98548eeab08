"""What was fetched -> the reader that fits it: by its declared type, by the end of its address, by its content."""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from seed.readers import jsonlines, markdown, page
from seed.readers.desk import Desk
from seed.readers.sources import host
from seed.readers.urls import is_list
from seed.records import Fetched, Origin, RawArticle, Refusal

Reader = Callable[[BinaryIO, str, Desk], Iterator[RawArticle | Refusal]]

TYPES: Mapping[str, Reader] = {
    "application/jsonl": jsonlines.read,
    "application/jsonlines": jsonlines.read,
    "application/ndjson": jsonlines.read,
    "application/x-jsonlines": jsonlines.read,
    "application/x-ndjson": jsonlines.read,
    "text/markdown": markdown.read,
    "text/x-markdown": markdown.read,
}
"""Reader by declared media type."""

VAGUE = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream", "application/json"})
"""Types that servers declare for whatever they do not know; address and content say more."""

SUFFIXES: Mapping[str, Reader] = {
    ".jsonl": jsonlines.read,
    ".ndjson": jsonlines.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
}
"""Reader by the end of the address, where the declared type is vague."""

REFUSALS = 1_000
"""Records of one document that are named as refused; one that has more is no document of the kind that it claims."""

_TEXT_CODECS = re.compile(
    r"ascii|utf-(8|16|32)(-[bl]e)?|iso(8859|2022)[-_].*|cp\d+|koi8-[rtu]|gb\w*|big5\w*|euc_\w+|shift_jis\w*|mac-\w+|johab"
)
"""Encodings of text, by Python's names for them; it knows others, some of which take long over hostile bytes."""


def read_fetched(fetched: Fetched, desk: Desk) -> Iterator[RawArticle | Refusal]:
    """The articles of a document; one that is an article by itself has the address where it was found, unless it says.

    The seam between fetching and reading: nothing here knows how the bytes came.
    """
    origin = Origin(fetched.url)
    reader = reader_of(fetched)
    if reader is None:
        kind = fetched.content_type or "no declared type"
        yield Refusal(origin, f"the format {kind[:80]!r} is not read: wanted JSON Lines, Markdown or plain text")
    elif reader is page.read and is_list(fetched.body):
        yield Refusal(origin, "is a list of URLs: wanted such a list as a file, and articles at its addresses")
    else:
        stream = BytesIO(in_utf8(fetched))
        found = reader(stream, origin.path, _at(fetched, desk) if reader is page.read else desk)
        for item in _bounded(found, origin):
            if isinstance(item, RawArticle) and reader is not jsonlines.read:
                yield replace(item, url=item.url or fetched.final_url)
            else:
                yield item


def _bounded(items: Iterator[RawArticle | Refusal], origin: Origin) -> Iterator[RawArticle | Refusal]:
    refused = 0
    for item in items:
        refused += isinstance(item, Refusal)
        if refused > REFUSALS:
            yield Refusal(origin, f"holds more than {REFUSALS} records that cannot be taken: the rest is not read")
            return
        yield item


def reader_of(fetched: Fetched) -> Reader | None:
    """The reader for a document; None if there is none."""
    if fetched.content_type not in VAGUE:
        return TYPES.get(fetched.content_type)
    suffix = PurePosixPath(urlsplit(fetched.final_url).path).suffix.lower()
    return SUFFIXES.get(suffix) or _by_content(fetched)


def _by_content(fetched: Fetched) -> Reader | None:
    beginning = fetched.body[:100].removeprefix(codecs.BOM_UTF8).lstrip()
    if beginning.startswith(b"{"):
        return jsonlines.read
    if beginning.startswith(b"---"):
        return markdown.read
    return page.read if fetched.content_type in {"", "text/plain"} and not beginning.startswith(b"<") else None


def in_utf8(fetched: Fetched) -> bytes:
    """The body in UTF-8, which the readers take. Bytes above 127 that are UTF-8 are so whatever was declared."""
    body = fetched.body
    encoding = _encoding(fetched.charset)
    if encoding is None or (not body.isascii() and _is_utf8(body)):
        return body
    try:
        return body.decode(encoding).encode()
    except UnicodeError:
        return body  # The reader names the byte that is no UTF-8.


def _encoding(charset: str | None) -> str | None:
    try:
        name = codecs.lookup(charset or "").name
    except (LookupError, ValueError):
        return None
    return name if _TEXT_CODECS.fullmatch(name) else None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _at(fetched: Fetched, desk: Desk) -> Desk:
    """The desk for a page of text whose outlet is the one at its address, if nobody says or signs otherwise."""
    if "source" in desk.given:
        return desk
    outlet = host(fetched.final_url) or urlsplit(fetched.final_url).hostname
    if not desk.sources.knows(fetched.final_url) and desk.sources.recognise(_text(fetched)):
        return desk
    return replace(desk, given={**desk.given, "source": outlet})


def _text(fetched: Fetched) -> str:
    return in_utf8(fetched).decode("utf-8", "replace")
