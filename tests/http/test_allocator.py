"""The memory that an allocator holds back is returned after heavy work."""

import weakref

import anyio

from app.http.load.allocator import Trimmer, _call, limit_arenas, trim


def test_what_the_library_lacks_is_left_out() -> None:
    limit_arenas()
    trim()
    _call("dateline_has_no_such_function", 1)


def test_memory_is_returned_after_work() -> None:
    trimmed: list[bool] = []

    async def main() -> None:
        trimmer = Trimmer(0, lambda: trimmed.append(True))
        with anyio.fail_after(60):
            for rounds in (1, 2):
                trimmer.schedule()
                while len(trimmed) < rounds:
                    await anyio.sleep(0.001)

    anyio.run(main)
    assert len(trimmed) == 2


def test_memory_is_not_returned_again_while_that_is_due() -> None:
    trimmed: list[bool] = []

    async def main() -> None:
        trimmer = Trimmer(60, lambda: trimmed.append(True))
        trimmer.schedule()
        trimmer.schedule()

    anyio.run(main)
    assert trimmed == []


def test_what_ended_requests_left_is_freed() -> None:
    """A request whose client leaves is part of a cycle of references, with its rows."""

    class Left:
        itself: "Left"

    left = Left()
    left.itself = left
    rows = weakref.ref(left)
    del left
    trim()
    assert rows() is None
