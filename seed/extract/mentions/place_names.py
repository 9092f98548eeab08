"""Places that the lexicon lacks, by their own words, the words next to them, or a dateline."""

import re
from collections.abc import Container

from app.models import EntityType, MentionKind
from seed.extract.context import DocumentContext
from seed.extract.mentions.organization_cues import has_description
from seed.extract.text.tokens import Token

MAX_PLACE_WORDS = 3
_MAX_ACRONYM_LENGTH = 5
_NEVER_PLACES = frozenset({"not_names", "given_names", "not_places"})
# "(AP) - " ends a dateline, and "(Reuters):" the label of a question.
_AGENCY = re.compile(r"[^()\n]{1,40}\) ?-")
_WAYS = frozenset({"from", "to", "between", "via", "through"})
_MAX_WORDS_ON_WAY = 4
_MAX_WORDS_BEFORE_EXAMPLE = 4
# SQLite and GitHub are no places; McAllen and DeLand are.
_INNER_CAPITAL = re.compile(r"(?!(?:Mc|Mac|De|Di|Du|La|Le|Van|Fitz|O)[A-Z])\w*[a-z]\w*[A-Z]|[A-Z]{2,}[a-z]")
_BEFORE_PLACE_IN_STATE = frozenset({"of", "from", "to", "through", "and"})


def find_place_rule(
    context: DocumentContext, first: int, last: int, places: Container[int] = ()
) -> tuple[str, float] | None:
    """Return the rule by which the words [first, last) name a place, and its confidence, or None.

    `places` are the last words of the places before it that rules found.
    """
    if all(index in context.hit_by_word for index in range(first, last)):
        return None
    if last - first > 1 and _has_place_word(context, first, last):
        return "place-word", 0.8
    if _is_dateline(context, first, last):
        return "dateline", 0.75
    if _is_place_by_context(context, first, last, places):
        return "preposition", 0.65
    return None


def _has_place_word(context: DocumentContext, first: int, last: int) -> bool:
    if any(token.text == "for" for token in context.tokens[first:last]):
        return False
    if "place_starts" in context.tokens[first].kinds:
        # The gene RAS 2 is no cape.
        return not context.tokens[first].text.isupper() or context.tokens[last - 1].text.isupper()
    return "place_heads" in context.tokens[last - 1].kinds and context.tokens[last - 2].is_capital


def _is_place_by_context(context: DocumentContext, first: int, last: int, places: Container[int]) -> bool:
    """Return whether the words next to an unknown name make it a place: `near X`, `the town of X`, `X province`."""
    if last - first > MAX_PLACE_WORDS or first in context.hit_by_word:
        return False
    is_place = (
        (context.follows(last, " ") and "place_kinds" in context.tokens[last].kinds)
        or has_description(context, last, "place_kinds")
        or (first > 0 and context.follows(first, " ") and _is_place_by_word_before(context, first, last, places))
    )
    return is_place and all(_may_be_place(word) for word in context.tokens[first:last])


def _is_place_by_word_before(context: DocumentContext, first: int, last: int, places: Container[int]) -> bool:
    before = context.tokens[first - 1].text
    if _is_example(context, first) or (_is_on_way(context, first) and _ends_phrase(context, last)):
        return True
    if before == "of" and first > 1 and "place_kinds" in context.tokens[first - 2].kinds:
        return True
    if "place_prepositions" in context.tokens[first - 1].kinds:
        # What is at Lord's or McDonald's is at a ground, a shop or somebody's home.
        if before.lower() == "at" and context.follows(last, "'"):
            return False
        return before.lower() == "near" or _ends_phrase(context, last)
    if before in _BEFORE_PLACE_IN_STATE and context.follows(last, ", ") and _is_whole_place(context, last):
        return True
    return before == "and" and _is_place(context, first - 2, places) and _ends_list(context, first - 2, last, places)


def _is_on_way(context: DocumentContext, first: int) -> bool:
    """Return whether a word of moving precedes "from" or the like before a name: "the bus from Kivik to Ystad"."""
    if context.tokens[first - 1].text not in _WAYS:
        return False
    for index in range(first - 2, max(first - 2 - _MAX_WORDS_ON_WAY, -1), -1):
        if "travel_words" in context.tokens[index].kinds:
            return True
        if context.tokens[index + 1].gap not in (" ", "-"):
            return False
    return False


def _is_example(context: DocumentContext, first: int) -> bool:
    """Return whether a plural for places and "including" or "such as" precede a name: "towns such as Kivik"."""
    before = context.tokens[first - 1].text
    last = first - 1 - (before == "as")
    if before != "including" and (before, context.tokens[last].text) not in (("as", "such"), ("like", "like")):
        return False
    near = context.tokens[max(0, last - _MAX_WORDS_BEFORE_EXAMPLE) : last]
    return any("place_plurals" in token.kinds for token in near)


def _is_whole_place(context: DocumentContext, index: int) -> bool:
    """Return whether a place or a state, and no possessive, is at a word: "of Cibolo, Texas,"."""
    hit = context.hit_by_word.get(index)
    if hit is None or hit.type not in (EntityType.PLACE, EntityType.STATE) or hit.kind is MentionKind.DEMONYM:
        return False
    return not context.document.folded.startswith(("'", " and", " or"), hit.end)


def _ends_list(context: DocumentContext, before: int, last: int, places: Container[int]) -> bool:
    """Return whether nothing follows the last name of a list, or a verb does and two places precede "and"."""
    if not context.follows(last, " "):
        return True
    is_list = context.tokens[before].gap == ", " and _is_place(context, before - 1, places)
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


def _is_place(context: DocumentContext, index: int, places: Container[int]) -> bool:
    hit = context.hit_by_word.get(index)
    return index in places or (hit is not None and hit.type is EntityType.PLACE)


def _may_be_place(token: Token) -> bool:
    if token.text.isupper() and len(token.text) <= _MAX_ACRONYM_LENGTH:
        return False
    if token.text[-1].isdigit() or _INNER_CAPITAL.match(token.text):
        return False
    return token.kinds.isdisjoint(_NEVER_PLACES)
