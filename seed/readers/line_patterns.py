"""Patterns of whole lines, where `*` is any run of characters."""

from collections.abc import Iterable


def folded(row: str) -> str:
    """A line as patterns see it: one kind of space, no bullet before it, no case."""
    return " ".join(row.split()).lstrip("•*· ").casefold()


def covers(patterns: Iterable[str], row: str) -> bool:
    """Whether one of the patterns covers the whole of a folded line, in time linear in its length."""
    return any(_covers(pattern.casefold().split("*"), row) for pattern in patterns)


def _covers(parts: list[str], row: str) -> bool:
    first, *middle, last = parts if len(parts) > 1 else [*parts, ""]
    if len(parts) == 1:
        return row == first
    if len(row) < len(first) + len(last) or not (row.startswith(first) and row.endswith(last)):
        return False
    place, end = len(first), len(row) - len(last)
    for part in middle:
        place = row.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True
