"""Checksums of stored content: 64 bits of BLAKE2b (RFC 7693), enough to detect damage, not meant to stop a forger.

A snapshot keeps some for each article, so that what is read later is compared with what was published.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy.exc import NoResultFound

from app.errors import DamagedError
from app.stores.schema import REPAIR_HINT

LISTED_COLUMNS = (
    "id",
    "article_id",
    "source_id",
    "title",
    "text_kind",
    "url",
    "language",
    "language_detected",
    "rights",
    "authors",
    "published_on",
    "published_at",
    "precision",
    "zone",
    "basis",
    "evidence",
    "named",
)
"""The columns of a revision that lists show."""

PUBLISH_COLUMNS = ("version", "published_at", "articles", "added", "changed", "removed")
"""The columns of a publish that its checksum covers; the token has one of its own."""

CHANGE_COLUMNS = ("version", "article_id", "revision_id", "kind", "reason")
"""The columns of a change that the checksums of the log cover."""

_VALUE_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, NoResultFound)

_SPAN = itemgetter(0, 1, 2)  # Of the rows of mentions and statements: field, start and end.

_HEX_DIGEST = re.compile("[0-9a-f]{16}")

UNKNOWN_DIGEST = 0
"""The digest of a revision that is older than checksums."""


def hex_digest(data: bytes | memoryview) -> str:
    """Return the checksum of these bytes in hexadecimal digits."""
    return blake2b(data, digest_size=8).hexdigest()


def listed_digest(row: tuple[Any, ...]) -> int:
    """Return the checksum of the values of LISTED_COLUMNS, with which a row begins, as a signed number.

    It leaves out the id, which says where they are.
    """
    values = row[1 : len(LISTED_COLUMNS)]
    return int.from_bytes(blake2b(to_json(values), digest_size=8).digest(), "big", signed=True)


def rows_digest(rows: Sequence[tuple[Any, ...]]) -> int:
    """Return the checksum of rows in their order as a signed number."""
    return int.from_bytes(blake2b(to_json(rows), digest_size=8).digest(), "big", signed=True)


def text_digest(text: str) -> int:
    """Return the checksum of a text as a signed number."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def stored_digest(hexadecimal: str) -> int:
    """Return the checksum that is stored with a revision as a signed number; UNKNOWN_DIGEST for an empty one.

    Raise DamagedError if it is not a checksum.
    """
    if not hexadecimal:
        return UNKNOWN_DIGEST
    if not _HEX_DIGEST.fullmatch(hexadecimal):
        raise damaged(f"{hexadecimal!r} is not a checksum")
    return int.from_bytes(bytes.fromhex(hexadecimal), "big", signed=True)


def revision_digest(
    revision: tuple[Any, ...], mentions: Iterable[tuple[Any, ...]], statements: Iterable[tuple[Any, ...]]
) -> str:
    """Return the checksum of a revision's row and of its mentions' and statements' rows, all without the revision id.

    The values are as a store inserts them: JSON as text, booleans as integers, enum members as their values.
    """
    # The last columns say whether the language was detected, and have the details. Empty ones at the end do not count,
    # so checksums from before these columns stay valid.
    *_, language_detected, details = revision
    counted = revision if details else revision[:-1] if language_detected else revision[:-2]
    return hex_digest(to_json((counted, sorted(mentions, key=_SPAN), sorted(statements, key=_SPAN))))


@contextmanager
def readable_values() -> Iterator[None]:
    """Raise DamagedError for what the driver, the decoder of JSON and our own code raise for values nobody stored."""
    try:
        yield
    except _VALUE_ERRORS as error:
        raise damaged(f"a stored value cannot be read: {type(error).__name__}") from error


def damaged(what: str) -> DamagedError:
    """Return the error for something that is not as it was stored, with the commands that help."""
    return DamagedError(f"The database is damaged ({what}); {REPAIR_HINT}.")


def damaged_revision(id_: int) -> DamagedError:
    """Return the error for a revision that is not as it was stored."""
    return damaged(f"revision {id_} differs from what was published")
