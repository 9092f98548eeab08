"""Patterns that match whole lines, where `*` stands for any characters."""

from collections.abc import Iterable


def fold_line(line: str) -> str:
    """Return a line normalised for matching: single spaces, no leading bullet, case-folded."""
    return " ".join(line.split()).lstrip("•*· ").casefold()


def matches_any_pattern(patterns: Iterable[str], line: str) -> bool:
    """Return whether a pattern matches the whole of a folded line, in time linear in its length."""
    return any(_matches_segments(pattern.casefold().split("*"), line) for pattern in patterns)


def _matches_segments(segments: list[str], line: str) -> bool:
    prefix, *inner, suffix = segments if len(segments) > 1 else [*segments, ""]
    if len(segments) == 1:
        return line == prefix
    if len(line) < len(prefix) + len(suffix) or not (line.startswith(prefix) and line.endswith(suffix)):
        return False
    position, end = len(prefix), len(line) - len(suffix)
    for segment in inner:
        position = line.find(segment, position, end)
        if position < 0:
            return False
        position += len(segment)
    return True
