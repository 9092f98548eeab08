"""Names of organizations, units, armed groups and places by their first or last word, and places by what precedes."""

from collections.abc import Iterator
from typing import NamedTuple

from app.models import EntityType
from seed.extract.context import DocumentContext
from seed.extract.text.tokens import Token

# A small al- belongs to the capitalised word after it.
_ARTICLES = frozenset({"al", "el", "ar", "as", "ash"})
_PLACE_WORDS = 3
_NUMBERS = frozenset({"One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"})
_ACRONYM_LENGTH = 5


class NameRun(NamedTuple):
    """Words [first, last) that name something the lexicon may lack."""

    first: int
    last: int
    type: EntityType
    rule: str
    confidence: float


def find_names(context: DocumentContext) -> list[NameRun]:
    """Returns the names of organizations, groups and places that their own words or neighbours give away."""
    found: list[NameRun] = []
    for first, last in _runs(context):
        if not context.in_heading[first]:
            found += _in_run(context, first, last)
    return found


def _in_run(context: DocumentContext, first: int, last: int) -> Iterator[NameRun]:
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
    """Yields maximal runs of capitalised words, ordinals and joining words; none runs into a person's title or name."""
    index = 0
    while index < len(context.tokens):
        if not _opens(context, index):
            index += 1
            continue
        last = _run_end(context, index)
        yield index, last
        index = last


def _opens(context: DocumentContext, index: int) -> bool:
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
    first = _after_title(context, first, last)
    heads = [index for index in range(first, last) if _is_head(context, index)]
    if not heads:
        return None
    head = heads[-1]
    if _is_known(context, first, head):
        return None
    end = _with_complement(context, head, last)
    if end - first < 2 or not any(_is_telling(context, index) for index in range(first, end)):
        return None
    return NameRun(first, end, _organization_type(context, first, head), "head-word", 0.75)


def _is_known(context: DocumentContext, first: int, head: int) -> bool:
    """Whether the lexicon's name holds the head, and nothing before it but states ("Iranian Quds Force")."""
    name = context.hit_at.get(head)
    before = [context.hit_at.get(index) for index in range(first, head)]
    return name is not None and all(hit is name or (hit is not None and hit.type is EntityType.STATE) for hit in before)


def _after_title(context: DocumentContext, first: int, last: int) -> int:
    """Returns where the name begins behind a title; a rank (General) may begin a name itself."""
    title = context.title_from.get(first)
    return title.last if title is not None and title.rank != "rank" and title.last < last else first


def _unit(context: DocumentContext, first: int, last: int) -> NameRun | None:
    """Returns an ordinal with an acronym (407th AEG), or a task force's acronym with its number (CTF 50)."""
    if last - first < 2:
        return None
    head, tail = context.tokens[first].text, context.tokens[first + 1].text
    is_ordinal = head[0].isdigit() and tail.isupper() and len(tail) <= _ACRONYM_LENGTH
    is_force = head.isupper() and head.endswith("TF") and tail.isdigit()
    return NameRun(first, first + 2, EntityType.ORGANIZATION, "unit", 0.8) if is_ordinal or is_force else None


def _is_head(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    return token.is_capital and "heads" in token.kinds


def _with_complement(context: DocumentContext, head: int, last: int) -> int:
    """Returns the end of the name: after the head, its number, or what `of` and `for` add."""
    if not context.follows(head + 1, " "):
        return head + 1
    after = context.tokens[head + 1].text
    if after in ("of", "for"):
        return max(last, head + 1)
    return head + 2 if after.isdigit() or after in _NUMBERS else head + 1


def _is_telling(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    return not _is_head(context, index) and (token.is_capital or token.text[0].isdigit())


def _organization_type(context: DocumentContext, first: int, head: int) -> EntityType:
    numbered = any(context.tokens[index].text[0].isdigit() for index in range(first, head))
    if not numbered and first not in context.hit_at and "armed_group_heads" in context.tokens[head].kinds:
        return EntityType.ARMED_GROUP
    return EntityType.ORGANIZATION


def _is_medium(context: DocumentContext, first: int, last: int) -> bool:
    """Whether an unknown name stands before what makes it a medium: "the Qasr news agency"."""
    if first in context.hit_at or not context.follows(last, " ") or "not_names" in context.tokens[last - 1].kinds:
        return False
    token = context.tokens[last]
    is_agency = token.text != "news" or (context.follows(last + 1, " ") and context.tokens[last + 1].text == "agency")
    return not token.is_capital and "media_kinds" in token.kinds and is_agency


def _place(context: DocumentContext, first: int, last: int) -> NameRun | None:
    if all(index in context.hit_at for index in range(first, last)):
        return None
    if last - first > 1 and "place_starts" in context.tokens[first].kinds:
        return NameRun(first, last, EntityType.PLACE, "place-word", 0.8)
    if last - first > 1 and "place_heads" in context.tokens[last - 1].kinds and context.tokens[last - 2].is_capital:
        return NameRun(first, last, EntityType.PLACE, "place-word", 0.8)
    if _is_placed(context, first, last):
        return NameRun(first, last, EntityType.PLACE, "preposition", 0.65)
    return None


def _is_placed(context: DocumentContext, first: int, last: int) -> bool:
    """Whether the words around make unknown capitalised words a place: `near X`, `the town of X`, `X province`."""
    words = context.tokens[first:last]
    if (
        last - first > _PLACE_WORDS
        or not all(_may_be_place(context, word) for word in words)
        or first in context.hit_at
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
    """Whether a name ends a phrase: a mark, a preposition or "and" comes next, not a noun that it might describe."""
    if not context.follows(index, " "):
        return True
    return context.tokens[index].text == "and" or "prepositions" in context.tokens[index].kinds


def _is_place(context: DocumentContext, index: int) -> bool:
    hit = context.hit_at.get(index)
    return hit is not None and hit.type is EntityType.PLACE


def _may_be_place(context: DocumentContext, token: Token) -> bool:
    if token.text.isupper() and len(token.text) <= _ACRONYM_LENGTH:
        return False
    return not ("not_names" in token.kinds or "given_names" in token.kinds)
