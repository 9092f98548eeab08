"""Where the next page begins, as an opaque token: a place in the order and a digest of the question, no position."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from app.errors import InvalidParameter, InvalidRequestError
from app.search.index.columns import Key
from app.search.query.parameters import Paging
from app.search.query.search import After
from app.search.query.statements import Place
from app.search.sql.history import ChangePlace

Where = TypeVar("Where")

Version = Annotated[int, Field(ge=0, lt=2**63)]
"""A corpus version as a client may forge it: one that the database can be asked about."""


class Cursors(Generic[Where]):
    """Writes and reads the cursors whose places have one shape."""

    def __init__(self, shape: object) -> None:
        self._adapter: TypeAdapter[tuple[str, Where]] = TypeAdapter(tuple[str, shape])  # type: ignore[valid-type]

    def write(self, question: Paging, place: Where | None, *, of: str = "") -> str | None:
        """Return the token for a place in the answer to a question, asked `of` a thing; None for no place."""
        if place is None:
            return None
        return urlsafe_b64encode(self._adapter.dump_json((_digest(question, of), place))).decode().rstrip("=")

    def read(self, question: Paging, *, of: str = "") -> Where | None:
        """Return the place that the question's cursor holds; raises InvalidRequestError if it is of another."""
        if question.cursor is None:
            return None
        try:
            raw = urlsafe_b64decode(question.cursor + "=" * (-len(question.cursor) % 4))
            digest, place = self._adapter.validate_json(raw, strict=True)
        except (ValueError, ValidationError):
            raise _refused(question.cursor, "the `next` of the page before, as it was given") from None
        if digest != _digest(question, of):
            raise _refused(question.cursor, "the other parameters to stay as they were on the page before")
        return place


def _refused(cursor: str, wanted: str) -> InvalidRequestError:
    return InvalidRequestError(InvalidParameter("cursor", cursor, wanted))


def _digest(question: Paging, of: str) -> str:
    """Return what stands for all parameters but the cursor, and for the thing in the path."""
    asked = question.model_dump_json(exclude={"cursor"})
    return blake2b(f"{type(question).__name__} {of}{asked}".encode(), digest_size=8).hexdigest()


ARTICLE_CURSORS: Cursors[After] = Cursors(After)
"""After an article: its key, or the state of the text index and its id."""

STATEMENT_CURSORS: Cursors[Place] = Cursors(Place)
"""After a statement: the key of its article and its place there."""

FEED_CURSORS: Cursors[Key] = Cursors(Key)
"""After an article in order of time, newest first."""

COUNT_CURSORS: Cursors[tuple[int, str]] = Cursors(tuple[int, str])
"""After a value in a list by count and then id."""

RANK_CURSORS: Cursors[tuple[float, str]] = Cursors(tuple[float, str])
"""After a value in a list by any number and then id."""

VERSION_CURSORS: Cursors[int] = Cursors(Version)
"""Before a corpus version."""

CHANGE_CURSORS: Cursors[ChangePlace] = Cursors(tuple[Version, str])
"""After a change: its corpus version and its article."""
