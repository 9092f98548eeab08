"""Quoted words of articles, in fences that they cannot close, and the size of an answer in tokens."""

import re
from collections.abc import Callable
from hashlib import blake2b
from secrets import token_bytes

from pydantic_core import to_json

MARK_BYTES = 6
"""Length of the mark of a fence, in bytes before hexadecimal encoding."""

# English has four to five bytes per token, scripts with letters of two or three bytes about three, and so has JSON.
BYTES_PER_TOKEN = 3
"""Bytes of UTF-8 that count as one token; models count fewer tokens in most texts."""

MIN_TOKENS, DEFAULT_TOKENS, MAX_TOKENS = 1000, 8000, 32_000
"""Limits of the size of an answer, in tokens, and its size by default."""

_KEY = token_bytes(16)
"""What only this process knows: no author can write the mark of a fence into a text."""

_NOT_AN_ID = re.compile(r"[^\w.:/-]+")


def keyed_mark(text: str, attempt: int) -> str:
    """Return the mark of the fence around a text: the same text has the same one as long as the process runs."""
    content = f"{attempt}:{text}".encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=MARK_BYTES, key=_KEY).hexdigest()


def fenced(kind: str, id_: str, text: str, mark_of: Callable[[str, int], str] = keyed_mark) -> str:
    """Return a text between two lines that name what it is of; their mark does not occur in it."""
    attempt = 0
    while (mark := mark_of(text, attempt)) in text:
        attempt += 1
    return f"<quoted-{mark} {kind}={_NOT_AN_ID.sub('-', id_)}>\n{text}\n</quoted-{mark}>"


def count_tokens(value: object) -> int:
    """Return the size of a JSON value in tokens, rounded up."""
    return -(-len(to_json(value)) // BYTES_PER_TOKEN)
