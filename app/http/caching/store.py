"""Whole answers, kept as the bytes that went out, so that the same question costs no work while the corpus stays."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from starlette.types import Message, Send

MEMORY = 16 * 1024 * 1024
"""Bytes of all answers together: some thousand pages, little beside the snapshot of a large corpus."""

LARGEST = 256 * 1024
"""Bytes of one answer: a page of 100 articles has half of it; an export that is longer goes through unkept."""

OVERHEAD = 1024
"""Bytes that an answer takes beside its body: key, head and the objects around them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: its headers as they stand below CORS, its body and its status."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    status: int = 200

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return len(self.body) + OVERHEAD

    async def send(self, send: Send) -> None:
        """Answer with it; who stands further out may add to the headers."""
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class Kept:
    """Answers by key in a bounded memory; the one that was asked for longest ago goes first."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> Answer | None:
        """Return the answer of this key, if it is kept."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer, and let go of what no longer fits."""
        had = self._answers.pop(key, None)
        self._answers[key] = answer
        self.size += answer.size - (had.size if had else 0)
        while self.size > self._memory:
            self.size -= self._answers.popitem(last=False)[1].size


class Recording:
    """One 200 on its way out, written down while it passes; an answer that is too large is let go of."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._headers = tuple(headers)
        self._body: bytearray | None = bytearray()

    def add(self, message: Message) -> Answer | None:
        """Take the next part of the body; return the whole answer with the last one."""
        if self._body is None:
            return None
        self._body += message.get("body", b"")
        if len(self._body) > LARGEST:
            self._body = None
            return None
        return None if message.get("more_body", False) else Answer(self._headers, bytes(self._body))
