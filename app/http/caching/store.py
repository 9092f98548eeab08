"""The response cache: whole responses as the bytes that went out, so that a repeated request costs no work."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from starlette.types import Message, Send

# Some thousand pages; little next to the snapshot of a large corpus.
MAX_STORE_BYTES = 16 * 1024 * 1024
"""Maximum size of all stored responses together, in bytes."""

# A page of 100 articles takes half of it.
MAX_RESPONSE_BYTES = 256 * 1024
"""Maximum size of one stored body, in bytes; a longer export passes through without being stored."""

OVERHEAD_BYTES = 1024
"""Bytes that a stored response takes in addition to its body: key, headers and the objects around them."""


Headers = tuple[tuple[bytes, bytes], ...]
"""Names, in lower case, and values of headers, as they go over the wire."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A whole response: its headers as they are below CORS, its body and its status."""

    headers: Headers
    body: bytes
    status: int = 200

    @property
    def size(self) -> int:
        """The number of bytes that it takes in the store."""
        return len(self.body) + OVERHEAD_BYTES

    async def send(self, send: Send) -> None:
        """Send the response; middleware further out may add headers."""
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class ResponseStore:
    """Responses by key, at most `max_bytes` in total; the least recently used is evicted first."""

    def __init__(self, max_bytes: int = MAX_STORE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._responses: OrderedDict[Hashable, StoredResponse] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> StoredResponse | None:
        """Return the response stored under this key, or None."""
        response = self._responses.get(key)
        if response is not None:
            self._responses.move_to_end(key)
        return response

    def put(self, key: Hashable, response: StoredResponse) -> None:
        """Store a response and evict what no longer fits."""
        previous = self._responses.pop(key, None)
        self._responses[key] = response
        self.size += response.size - (previous.size if previous else 0)
        while self.size > self._max_bytes:
            self.size -= self._responses.popitem(last=False)[1].size


class ResponseRecorder:
    """Copies one 200 while it passes; drops the copy of a response that is too large."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers
        self._body: bytearray | None = bytearray()

    def add(self, message: Message) -> StoredResponse | None:
        """Add the next chunk of the body; return the whole response after the last chunk."""
        if self._body is None:
            return None
        self._body += message.get("body", b"")
        if len(self._body) > MAX_RESPONSE_BYTES:
            self._body = None
            return None
        return None if message.get("more_body", False) else StoredResponse(self._headers, bytes(self._body))
