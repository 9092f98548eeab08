"""Quotations in single marks, made like those in double ones, so that each rule knows one kind of mark."""

import re

# Longer quotations are rare, and each opening mark is tried that far.
_MAX_LENGTH = 800
_OPENING = re.compile(r"'(?<![^\s(\[{:-]')(?=[^\W_])")
# A single mark closes a quotation after a mark of punctuation or a word, but one after an s and before a space is that
# of a possessive (workers' rights).
_CLOSING = re.compile(r"(?:(?<=[,.?!])|(?<=[^\W_])(?<!s))'(?![^\W_])|(?<=s)'(?=[.,;:?!)\]]|$)")
# After an apostrophe that drops letters no quotation begins: 'em, 'til, '90s.
_DROPPED = re.compile(r"'(?:em|til|tis|twas|cause|bout|round|n|\d0s)\b", re.IGNORECASE)


def with_double_marks(folded: str) -> str:
    """Return a folded text of the same length with double marks around quotations in single ones.

    Lines that have double marks keep their single ones: there they are apostrophes, or quotations inside quotations.
    A quotation that a paragraph leaves open goes on in the next one if that begins with a single mark.
    """
    if _OPENING.search(folded) is None:
        return folded
    lines = folded.split("\n")
    goes_on = False
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if not line.strip():
            continue
        if '"' not in line:
            lines[index] = _line_with_double_marks(line, goes_on=goes_on)
        goes_on = '"' not in line and _OPENING.match(line) is not None
    return "\n".join(lines)


def _line_with_double_marks(line: str, *, goes_on: bool) -> str:
    parts: list[str] = []
    end = searched = 0  # no closing mark is before `searched`
    while (opening := _OPENING.search(line, end)) is not None:
        closing = _CLOSING.search(line, max(opening.end() + 1, searched), opening.end() + _MAX_LENGTH)
        if closing is None:
            searched = opening.end() + _MAX_LENGTH - 1
        is_dropped = _DROPPED.match(line, opening.start()) is not None
        if closing is None and goes_on and not is_dropped:
            parts += (line[end : opening.start()], '"')
            end = opening.end()
            break
        if closing is None or is_dropped:
            parts.append(line[end : opening.end()])
            end = opening.end()
            continue
        parts += (line[end : opening.start()], '"', line[opening.end() : closing.start()], '"')
        end = closing.end()
    return "".join((*parts, line[end:]))
