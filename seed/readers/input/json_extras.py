"""Comments and superfluous commas in JSON, which programs and people add: they are replaced with spaces."""

import re

_LINE_COMMENT = r"//[^\n]*+"
_BLOCK_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+"
_COMMENT = re.compile(rf"{_LINE_COMMENT}\n|{_BLOCK_COMMENT}\*/")
# A string or a comment to its end, which may be cut, and a comma before the end of an object or array.
_TOKEN = re.compile(
    rf'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|(?P<comment>{_LINE_COMMENT}\n|{_BLOCK_COMMENT}\*/)|{_LINE_COMMENT}\Z|{_BLOCK_COMMENT}\*?\Z'
    r"|(?P<comma>,)(?=\s*+[}\]])",
    re.DOTALL,
)
_NOT_NEWLINE = re.compile(r"[^\n]")


def begins_comment(text: str, position: int) -> bool:
    """Return whether a comment begins at a position between tokens."""
    return text.startswith(("//", "/*"), position)


def comment_end(text: str, position: int, *, at_end: bool = False) -> int | None:
    """Return where the comment that begins at a position ends, None if its end is not in the text."""
    match = _COMMENT.match(text, position)
    if match is not None:
        return match.end()
    return len(text) if at_end else None


def is_extra(text: str, position: int) -> bool:
    """Return whether the error of a decoder at a position is a comment, or is due to a comma that separates nothing."""
    if begins_comment(text, position):
        return True
    if text[position : position + 1] == ",":
        return text[position + 1 : position + 100].lstrip()[:1] in {"}", "]"}
    return text[position : position + 1] in {"}", "]"} and text[max(0, position - 100) : position].rstrip()[-1:] == ","


def blank_extras(text: str, start: int) -> tuple[str, bool]:
    """Return the text with spaces in place of comments and superfluous commas, and whether there were comments.

    `start` is a position between tokens.
    """
    has_comments = False

    def blank(match: re.Match[str]) -> str:
        nonlocal has_comments
        has_comments = has_comments or match["comment"] is not None
        return match[0] if match["comment"] is match["comma"] is None else _NOT_NEWLINE.sub(" ", match[0])

    return text[:start] + _TOKEN.sub(blank, text[start:]), has_comments
