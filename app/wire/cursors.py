"""Cursors: where the next page begins, as an opaque token of a sort key and a digest of the request's parameters.

A cursor holds no position in the index, so that it stays valid when a publish renumbers the articles.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.search.index.columns import SortKey
from app.search.query.parameters import Paging
from app.search.query.search import PageStart, Previous
from app.search.query.statements import StatementKey
from app.search.sql.history import ChangeKey

SortKeyT = TypeVar("SortKeyT")

_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

_Days = dict[Literal["from", "to"], Annotated[str, Field(pattern=f"^{_ISO_DAY.pattern}$")]]
"""The days of a request that may have counted from today."""

# A client can forge a cursor, and the database driver raises on larger integers.
StoredVersion = Annotated[int, Field(ge=0, lt=2**63)]
"""A corpus version in a cursor, within the integers of the database."""


class Cursors(Generic[SortKeyT]):
    """Write and read cursors whose sort keys have one type."""

    def __init__(self, key_type: object) -> None:
        keys: Any = key_type
        self._adapter: TypeAdapter[tuple[str, SortKeyT] | tuple[str, SortKeyT, _Days]] = TypeAdapter(
            tuple[str, keys] | tuple[str, keys, _Days]
        )

    def write(self, parameters: Paging, sort_key: SortKeyT | None, *, of: str = "") -> str | None:
        """Return the cursor for a sort key; None for None.

        The cursor is valid for the same parameters only, and for the item `of` this id, if the path names one.
        """
        if sort_key is None:
            return None
        days = _days(parameters)
        token = (_digest(parameters, of), sort_key)
        json = self._adapter.dump_json((*token, days) if days else token)
        return urlsafe_b64encode(json).decode().rstrip("=")

    def write_previous(self, parameters: Paging, previous: Previous[SortKeyT] | None, *, of: str = "") -> str | None:
        """Return the cursor for the previous page, which is empty for the first page; None for None."""
        if previous is None:
            return None
        return self.write(parameters, previous.after, of=of) or ""

    def read(self, parameters: Paging, *, of: str = "") -> SortKeyT | None:
        """Return the sort key in the cursor of a request; None without a cursor.

        Raise InvalidRequestError for a malformed cursor and for one of another request.
        """
        if parameters.cursor is None:
            return None
        try:
            digest, sort_key, *_ = self._adapter.validate_json(_decode(parameters.cursor), strict=True)
        except (ValueError, ValidationError):
            raise _refusal(parameters.cursor, "the `next` of the previous page, unchanged") from None
        if digest != _digest(parameters, of):
            wanted = "all other parameters as they were for the previous page"
            raise _refusal(parameters.cursor, wanted, code=ErrorCode.CONFLICT)
        return sort_key


def _days(parameters: Paging) -> dict[Literal["from", "to"], str]:
    """Return the days that may have counted from today: whole ones, as the resolution writes them."""
    fields: dict[Literal["from", "to"], str | None] = {
        "from": getattr(parameters, "from_", None),
        "to": getattr(parameters, "to", None),
    }
    return {name: day for name, day in fields.items() if day is not None and _ISO_DAY.fullmatch(day)}


def days_of(cursor: str | None) -> dict[str, str]:
    """Return `from` and `to` of the request that a cursor belongs to; empty if it has none or is not a cursor."""
    try:
        *_, days = _DAYS_OF_CURSOR.validate_json(_decode(cursor or ""), strict=True)
    except (ValueError, ValidationError):
        return {}
    return {str(name): day for name, day in days.items()}


def _decode(cursor: str) -> bytes:
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


def _refusal(cursor: str, wanted: str, *, code: ErrorCode = ErrorCode.MALFORMED) -> InvalidRequestError:
    return InvalidRequestError(ParameterProblem("cursor", cursor, wanted, code=code))


def _digest(parameters: Paging, of: str) -> str:
    """Return a digest of all parameters except the cursor, and of the item in the path."""
    # Without defaults, so that a parameter that a later release adds ends no walk.
    json = parameters.model_dump_json(exclude={"cursor"}, exclude_defaults=True)
    return blake2b(f"{type(parameters).__name__} {of}{json}".encode(), digest_size=8).hexdigest()


_DAYS_OF_CURSOR: TypeAdapter[tuple[str, Any, _Days]] = TypeAdapter(tuple[str, Any, _Days])

ARTICLE_CURSORS: Cursors[PageStart] = Cursors(PageStart)
"""After an article: its sort key, or the state of the text index and the article id."""

STATEMENT_CURSORS: Cursors[StatementKey] = Cursors(StatementKey)
"""After a statement: the sort key of its article and its offset in the article."""

FEED_CURSORS: Cursors[SortKey] = Cursors(SortKey)
"""After an article in order of time, newest first."""

COUNT_CURSORS: Cursors[tuple[int, str]] = Cursors(tuple[int, str])
"""After a value in a list by count and then id."""

RANK_CURSORS: Cursors[tuple[float, str]] = Cursors(tuple[float, str])
"""After a value in a list by a measure and then id."""

VERSION_CURSORS: Cursors[int] = Cursors(StoredVersion)
"""Before a corpus version."""

CORRECTION_CURSORS: Cursors[int] = Cursors(StoredVersion)
"""Before a correction: its number."""

CHANGE_CURSORS: Cursors[ChangeKey] = Cursors(tuple[StoredVersion, str])
"""After a change: its corpus version and its article id."""
