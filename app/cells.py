"""The text of cells in CSV, both ways: what is written is read back as the same values.

Cells that spreadsheets would run as formulas have a guard, and lists of texts are one text.
"""

import re
from collections.abc import Sequence
from string import ascii_letters, digits

GUARD = "'"
"""What spreadsheets take at the beginning of a cell as a sign that the rest is text."""

# Spreadsheets ignore what cannot be seen at the beginning of a cell, and read full-width signs as the plain ones.
_INVISIBLE = (
    r"[\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_SIGN = r"[=+@\-＝＋＠－﹦﹢﹫﹣−]"
FORMULA_START = re.compile(rf"[\t\r\n]|{_INVISIBLE}*{_SIGN}")
"""The beginning of a cell that a spreadsheet would run as a formula (OWASP, "CSV Injection")."""

# It steps from separator to separator: a search would read long white space again from each tab in it.
_HIDDEN_FORMULA = re.compile(
    rf"(?:[^;|\t]*+[;|\t]{_INVISIBLE}*+(?!{_SIGN}))*+[^;|\t]*+[;|\t]{_INVISIBLE}*+{_SIGN}", re.DOTALL
)
"""A text up to the beginning of a formula after a character that separates cells in some locale."""

ORDINARY_STARTS = frozenset(("", *ascii_letters, *digits))
"""The first characters of most cells, none of which begins a formula or a guard."""

SEPARATOR = "; "
"""What separates the texts of a list."""

ESCAPE = "\\"
"""What comes before a separator within a text, and before itself at the end of a text."""

_SEPARATOR = re.compile(r"(?<!\\)(\\*+); ")
_SEPARATOR_OR_END = re.compile(r"(?<!\\)(\\*+)(; |\Z)")


def guard_formula(text: str) -> str:
    """Return the text of a cell, after an apostrophe if a spreadsheet would run it, or a reader take it for guarded."""
    return f"{GUARD}{text}" if FORMULA_START.match(text.lstrip(GUARD)) else text


def unguard_formula(cell: str) -> str:
    """Return the text of a cell that `guard_formula` returned."""
    return cell[1:] if cell.startswith(GUARD) and FORMULA_START.match(cell.lstrip(GUARD)) else cell


def hides_formula(text: str) -> bool:
    """Return whether a formula begins within the text if it is split at the separator of another locale."""
    return _HIDDEN_FORMULA.match(text) is not None


def join_texts(texts: Sequence[str]) -> str:
    """Return a list of texts as one; a separator within a text is escaped, which is rare."""
    joined = SEPARATOR.join(texts)
    if ESCAPE not in joined and joined.count(SEPARATOR) < max(len(texts), 1):
        return joined
    return SEPARATOR.join(_SEPARATOR_OR_END.sub(_escaped, text) for text in texts)


def _escaped(match: re.Match[str]) -> str:
    return 2 * match[1] + (ESCAPE + SEPARATOR if match[2] else "")


def split_texts(cell: str) -> list[str]:
    """Return the texts that `join_texts` joined; none if the cell is empty."""
    texts, text, end = [], "", 0
    for match in _SEPARATOR.finditer(cell):
        text += cell[end : match.start()] + len(match[1]) // 2 * ESCAPE
        end = match.end()
        if len(match[1]) % 2:
            text += SEPARATOR
        else:
            texts.append(text)
            text = ""
    last = cell[end:]
    escapes = len(last) - len(last.rstrip(ESCAPE))
    return [*texts, text + last[: len(last) - escapes // 2]] if cell else []
