"""Places that the lexicon lacks, by their own words, the words next to them, or a dateline."""

import re

from app.models import EntityType, MentionKind
from seed.extract.context import DocumentContext
from seed.extract.text.tokens import Token

MAX_PLACE_WORDS = 3
_MAX_ACRONYM_LENGTH = 5
# "(AP) - " ends a dateline, and "(Reuters):" the label of a question.
_AGENCY = re.compile(r"[^()\n]{1,40}\) ?-")
_BEFORE_PLACE_IN_STATE = frozenset({"of", "from", "to", "through", "and"})


def find_place_rule(context: DocumentContext, first: int, last: int) -> tuple[str, float] | None:
    """Return the rule by which the words [first, last) name a place, and its confidence, or None."""
    if all(index in context.hit_by_word for index in range(first, last)):
        return None
    if last - first > 1 and _has_place_word(context, first, last):
        return "place-word", 0.8
    if _is_dateline(context, first, last):
        return "dateline", 0.75
    if _is_place_by_context(context, first, last):
        return "preposition", 0.65
    return None


def _has_place_word(context: DocumentContext, first: int, last: int) -> bool:
    if "place_starts" in context.tokens[first].kinds:
        return True
    return "place_heads" in context.tokens[last - 1].kinds and context.tokens[last - 2].is_capital


def _is_place_by_context(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether the words next to an unknown name make it a place: `near X`, `the town of X`, `X province`."""
    words = context.tokens[first:last]
    if (
        last - first > MAX_PLACE_WORDS
        or not all(_may_be_place(context, word) for word in words)
        or first in context.hit_by_word
    ):
        return False
    if context.follows(last, " ") and "place_kinds" in context.tokens[last].kinds:
        return True
    return first > 0 and words[0].gap == " " and _is_place_by_word_before(context, first, last)


def _is_place_by_word_before(context: DocumentContext, first: int, last: int) -> bool:
    before = context.tokens[first - 1].text
    if before == "of" and first > 1 and "place_kinds" in context.tokens[first - 2].kinds:
        return True
    if "place_prepositions" in context.tokens[first - 1].kinds:
        return before.lower() == "near" or _ends_phrase(context, last)
    if before in _BEFORE_PLACE_IN_STATE and context.follows(last, ", ") and _is_whole_place(context, last):
        return True
    return before == "and" and _is_place(context, first - 2) and _ends_list(context, first - 2, last)


def _is_whole_place(context: DocumentContext, index: int) -> bool:
    """Return whether a place or a state, and no possessive, is at a word: "of Cibolo, Texas,"."""
    hit = context.hit_by_word.get(index)
    if hit is None or hit.type not in (EntityType.PLACE, EntityType.STATE) or hit.kind is MentionKind.DEMONYM:
        return False
    return not context.document.folded.startswith(("'", " and", " or"), hit.end)


def _ends_list(context: DocumentContext, before: int, last: int) -> bool:
    """Return whether nothing follows the last name of a list, or a verb does and two places precede "and"."""
    if not context.follows(last, " "):
        return True
    is_list = context.tokens[before].gap == ", " and _is_place(context, before - 1)
    return is_list and not context.tokens[last].is_capital


def _is_dateline(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether a line begins with an unknown name in capitals, as in "LANCERVILLE, Ohio (AP) - "."""
    tokens = context.tokens
    if (first and "\n" not in tokens[first].gap) or last == len(tokens) or first in context.hit_by_word:
        return False
    if not all(token.text.isupper() and not token.kinds for token in tokens[first:last]):
        return False
    gap = tokens[last].gap
    if gap in (" - ", " -- "):
        return True
    if gap == " (":
        return _AGENCY.match(context.document.folded, tokens[last].start) is not None
    is_month = tokens[last].is_capital and "openers" in tokens[last].kinds
    return gap == ", " and (is_month or _is_whole_place(context, last))


def _ends_phrase(context: DocumentContext, index: int) -> bool:
    """Return whether a name ends a phrase: a mark, a preposition or "and" follows, not a noun that it may modify."""
    if not context.follows(index, " "):
        return True
    return context.tokens[index].text == "and" or "prepositions" in context.tokens[index].kinds


def _is_place(context: DocumentContext, index: int) -> bool:
    hit = context.hit_by_word.get(index)
    return hit is not None and hit.type is EntityType.PLACE


def _may_be_place(context: DocumentContext, token: Token) -> bool:
    if token.text.isupper() and len(token.text) <= _MAX_ACRONYM_LENGTH:
        return False
    return not ("not_names" in token.kinds or "given_names" in token.kinds)
