"""Text queries and their parser, for which nothing is a syntax error; each store makes its own expression of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.text.tokenizer import words

# Each item costs an index lookup; nobody writes 32 conditions by hand.
MAX_ITEMS = 32
"""Maximum number of words and phrases in a query."""

# A phrase is compared word by word; a longer one is a passage, not a query.
MAX_WORDS = 64
"""Maximum number of words in a query, including those of phrases, as the tokenizer counts them."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_QUOTES = '"“”„‟«»＂'
_ITEM = re.compile(
    rf"(?P<minus>(?<!\S)-+)?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<word>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Phrases that must all occur, and phrases that must not; a word is a phrase of one word."""

    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def parse_query(q: str) -> TextQuery:
    """Parse a text query: words, `"phrases"` in any kind of double quotes, and `-` before items to exclude.

    A minus excludes only at the start or after white space, and an unclosed quote extends to the end. Raise
    InvalidRequestError if no item has a letter or digit, or if there are too many items or words.
    """
    required: list[str] = []
    excluded: list[str] = []
    # Databases end a query at NUL or refuse it, and cannot encode a lone surrogate; neither is part of a token.
    for item in _ITEM.finditer(_UNSTORABLE.sub(" ", q)):
        text = " ".join((item["word"] or item["phrase"] or "").split())
        if words(text):
            (excluded if item["minus"] else required).append(text)
    _check_size(q, [*required, *excluded])
    return TextQuery(tuple(required), tuple(excluded))


def _check_size(q: str, items: Sequence[str]) -> None:
    if not items:
        wanted = "at least one word of letters or digits"
        raise InvalidRequestError(ParameterProblem("q", q, wanted, code=ErrorCode.BLANK))
    count = sum(len(words(item)) for item in items)
    if len(items) > MAX_ITEMS or count > MAX_WORDS:
        wanted = f"at most {MAX_ITEMS} words and phrases, not {len(items)}, of {MAX_WORDS} words in all, not {count}"
        raise InvalidRequestError(ParameterProblem("q", q, wanted, code=ErrorCode.TOO_MANY))
