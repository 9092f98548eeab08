"""Names that the lexicon may lack: of organizations, units, groups, media, ships and places, by typical words."""

from collections.abc import Iterator
from typing import NamedTuple

from app.models import EntityType
from seed.extract.context import DocumentContext
from seed.extract.text.tokens import Token

# A lower-case al- belongs to the capitalised word after it.
_ARTICLES = frozenset({"al", "el", "ar", "as", "ash"})
_MAX_PLACE_WORDS = 3
_NUMBERS = frozenset({"One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"})
_MAX_ACRONYM_LENGTH = 5


class NameRun(NamedTuple):
    """Words [first, last) that name an entity which the lexicon may lack."""

    first: int
    last: int
    type: EntityType
    rule: str
    confidence: float


def find_name_runs(context: DocumentContext) -> list[NameRun]:
    """Return the names that their own words or the words next to them identify, outside headings."""
    names: list[NameRun] = []
    for first, last in _runs(context):
        if not context.in_heading[first]:
            names += _names_in_run(context, first, last)
    return names


def _names_in_run(context: DocumentContext, first: int, last: int) -> Iterator[NameRun]:
    if "armed_group_starts" in context.tokens[first].kinds and last - first > 1:
        yield NameRun(first, last, EntityType.ARMED_GROUP, "group-word", 0.8)
    elif "ship_prefixes" in context.tokens[first].kinds and last - first > 1:
        yield NameRun(first, last, EntityType.WEAPON, "ship", 0.85)
    elif organization := _unit(context, first, last) or _organization(context, first, last):
        yield organization
    elif _is_medium(context, first, last):
        yield NameRun(first, last, EntityType.MEDIA, "medium", 0.75)
    elif place := _place(context, first, last):
        yield place


def _runs(context: DocumentContext) -> Iterator[tuple[int, int]]:
    """Yield the maximal runs [first, last) of capitalised words, ordinals and connecting words."""
    index = 0
    while index < len(context.tokens):
        if not _starts_run(context, index):
            index += 1
            continue
        last = _run_end(context, index)
        yield index, last
        index = last


def _starts_run(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    if token.is_capital:
        return "openers" not in token.kinds
    if token.text in _ARTICLES:
        return context.follows(index + 1, "-") and context.tokens[index + 1].is_capital
    return token.text[0].isdigit() and token.text[-1].isalpha()


def _run_end(context: DocumentContext, first: int) -> int:
    last = index = first + 1
    while index < len(context.tokens) and context.tokens[index].gap in (" ", "-"):
        token = context.tokens[index]
        if token.is_capital and "openers" not in token.kinds:
            last = index + 1
        elif token.text.isdigit() and len(token.text) <= 3 and context.tokens[index - 1].is_capital:
            return index + 1
        elif "connectors" not in token.kinds or token.is_capital:
            break
        index += 1
    return last


def _organization(context: DocumentContext, first: int, last: int) -> NameRun | None:
    first = _skip_title(context, first, last)
    heads = [index for index in range(first, last) if _is_head(context, index)]
    if not heads:
        return None
    head = heads[-1]
    if _is_known_name(context, first, head):
        return None
    end = _with_complement(context, head, last)
    if end - first < 2 or not any(_is_distinctive(context, index) for index in range(first, end)):
        return None
    return NameRun(first, end, _organization_type(context, first, head), "head-word", 0.75)


def _is_known_name(context: DocumentContext, first: int, head: int) -> bool:
    """Return whether a name of the lexicon has the head, and only states precede it ("Iranian Quds Force")."""
    name = context.hit_by_word.get(head)
    before = [context.hit_by_word.get(index) for index in range(first, head)]
    return name is not None and all(hit is name or (hit is not None and hit.type is EntityType.STATE) for hit in before)


def _skip_title(context: DocumentContext, first: int, last: int) -> int:
    """Return the first word after a title, if there is one; a rank (General) may be part of the name."""
    title = context.title_by_first_word.get(first)
    return title.last if title is not None and title.rank != "rank" and title.last < last else first


def _unit(context: DocumentContext, first: int, last: int) -> NameRun | None:
    """Return an ordinal with an acronym (407th AEG) or the acronym of a task force with its number (CTF 50)."""
    if last - first < 2:
        return None
    head, tail = context.tokens[first].text, context.tokens[first + 1].text
    is_ordinal = head[0].isdigit() and tail.isupper() and len(tail) <= _MAX_ACRONYM_LENGTH
    is_task_force = head.isupper() and head.endswith("TF") and tail.isdigit()
    return NameRun(first, first + 2, EntityType.ORGANIZATION, "unit", 0.8) if is_ordinal or is_task_force else None


def _is_head(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    return token.is_capital and "heads" in token.kinds


def _with_complement(context: DocumentContext, head: int, last: int) -> int:
    """Return the end of the name: after its head, its number, or the phrase that `of` or `for` adds."""
    if not context.follows(head + 1, " "):
        return head + 1
    next_text = context.tokens[head + 1].text
    if next_text in ("of", "for"):
        return max(last, head + 1)
    return head + 2 if next_text.isdigit() or next_text in _NUMBERS else head + 1


def _is_distinctive(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    return not _is_head(context, index) and (token.is_capital or token.text[0].isdigit())


def _organization_type(context: DocumentContext, first: int, head: int) -> EntityType:
    numbered = any(context.tokens[index].text[0].isdigit() for index in range(first, head))
    if not numbered and first not in context.hit_by_word and "armed_group_heads" in context.tokens[head].kinds:
        return EntityType.ARMED_GROUP
    return EntityType.ORGANIZATION


def _is_medium(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether an unknown name precedes a word for a medium: "the Qasr news agency"."""
    if first in context.hit_by_word or not context.follows(last, " ") or "not_names" in context.tokens[last - 1].kinds:
        return False
    token = context.tokens[last]
    is_agency = token.text != "news" or (context.follows(last + 1, " ") and context.tokens[last + 1].text == "agency")
    return not token.is_capital and "media_kinds" in token.kinds and is_agency


def _place(context: DocumentContext, first: int, last: int) -> NameRun | None:
    if all(index in context.hit_by_word for index in range(first, last)):
        return None
    if last - first > 1 and "place_starts" in context.tokens[first].kinds:
        return NameRun(first, last, EntityType.PLACE, "place-word", 0.8)
    if last - first > 1 and "place_heads" in context.tokens[last - 1].kinds and context.tokens[last - 2].is_capital:
        return NameRun(first, last, EntityType.PLACE, "place-word", 0.8)
    if _is_place_by_context(context, first, last):
        return NameRun(first, last, EntityType.PLACE, "preposition", 0.65)
    return None


def _is_place_by_context(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether the words next to an unknown name make it a place: `near X`, `the town of X`, `X province`."""
    words = context.tokens[first:last]
    if (
        last - first > _MAX_PLACE_WORDS
        or not all(_may_be_place(context, word) for word in words)
        or first in context.hit_by_word
    ):
        return False
    if context.follows(last, " ") and "place_kinds" in context.tokens[last].kinds:
        return True
    if not first or words[0].gap != " ":
        return False
    before = context.tokens[first - 1].text
    if before == "of" and first > 1 and "place_kinds" in context.tokens[first - 2].kinds:
        return True
    if "place_prepositions" in context.tokens[first - 1].kinds:
        return before.lower() == "near" or _ends_phrase(context, last)
    return before == "and" and _is_place(context, first - 2) and not context.follows(last, " ")


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
