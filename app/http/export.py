"""A whole result as one stream."""

from collections.abc import Iterator
from itertools import chain

from fastapi.responses import StreamingResponse


def export(chunks: Iterator[bytes], media_type: str) -> StreamingResponse:
    """Return the chunks as a stream.

    The first one is made here and now, so that what fails at once is still a problem and not a broken stream.
    """
    first = next(chunks, b"")
    return StreamingResponse(chain((first,), chunks), media_type=media_type)
