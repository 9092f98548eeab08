"""Names that the lexicon may lack: of organizations, units, groups, media, ships and places, by typical words."""

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from app.models import EntityType
from seed.extract.context import DocumentContext
from seed.extract.mentions.organization_cues import find_organization_rule
from seed.extract.mentions.place_names import find_place_rule

# A lowercase al- belongs to the capitalized word after it.
_ARTICLES = frozenset({"al", "el", "ar", "as", "ash"})
_NUMBERS = frozenset({"One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"})
_UNIT_ACRONYM_LENGTHS = range(2, 6)
_ROMAN_LETTERS = frozenset("IVXLCDM")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_TASK_FORCES = frozenset({"TF", "CTF", "JTF", "CJTF", "SOTF", "JSOTF", "CJSOTF"})
_AMPERSANDS = frozenset({" & ", "&"})
_ROLE_PREPOSITIONS = frozenset({"for", "of", "at", "in"})
_RUN_GAPS = _AMPERSANDS | {" ", "-"}


class NameRun(NamedTuple):
    """Words [first, last) that name an entity that the lexicon may lack."""

    first: int
    last: int
    type: EntityType
    rule: str
    confidence: float


def find_name_runs(context: DocumentContext) -> list[NameRun]:
    """Return the names that their own words or the words next to them identify, outside headings."""
    names: list[NameRun] = []
    places: set[int] = set()
    for first, last in _runs(context):
        if context.in_heading[first] or (last - first == 1 and _is_listed_word(context, first)):
            continue
        name = _name_in_run(context, _after_role(context, first, last), last, places)
        if name is not None:
            names.append(name)
            if name.type is EntityType.PLACE:
                places.add(name.last - 1)
    return names


def _is_listed_word(context: DocumentContext, index: int) -> bool:
    """Return whether the lexicon has a word that, alone, no rule could make another name."""
    return index in context.hit_by_word and "heads" not in context.tokens[index].kinds


def _name_in_run(context: DocumentContext, first: int, last: int, places: Container[int]) -> NameRun | None:
    has_words = last - first > 1
    name = has_words and _name_by_first_word(context, first, last)
    if name or (name := _organization(context, first, last) or _firm(context, first, last)):
        return name
    if rule := find_organization_rule(context, first, last):
        return NameRun(first, last, *rule)
    if _is_medium(context, first, last):
        return NameRun(first, last, EntityType.MEDIA, "medium", 0.75)
    if has_words and (team := _team(context, first, last)):
        return team
    place_rule = find_place_rule(context, first, last, places)
    return NameRun(first, last, EntityType.PLACE, *place_rule) if place_rule else None


def _name_by_first_word(context: DocumentContext, first: int, last: int) -> NameRun | None:
    """Return the group, the ship or the unit that the first of several words makes a name."""
    kinds = context.tokens[first].kinds
    if "armed_group_starts" in kinds:
        return NameRun(first, last, EntityType.ARMED_GROUP, "group-word", 0.8)
    if "ship_prefixes" in kinds:
        return NameRun(first, last, EntityType.WEAPON, "ship", 0.85)
    return _unit(context, first, last)


def _after_role(context: DocumentContext, first: int, last: int) -> int:
    """Return the first word after a role in capitals: the name in "CEO of Kelvar" is Kelvar."""
    if "organization_roles" not in context.tokens[first].kinds or not context.follows(first + 1, " "):
        return first
    if context.tokens[first + 1].text not in _ROLE_PREPOSITIONS:
        return first
    return next((index for index in range(first + 2, last) if context.tokens[index].is_capital), first)


def _runs(context: DocumentContext) -> Iterator[tuple[int, int]]:
    """Yield the maximal runs [first, last) of capitalized words, ordinals and connecting words."""
    last = 0
    articles = [index for index, text in enumerate(context.document.columns.texts) if text in _ARTICLES]
    for index in sorted([*articles, *context.capital_or_number_words]):
        if index >= last and _starts_run(context, index):
            last = _run_end(context, index)
            yield index, last


def _starts_run(context: DocumentContext, index: int) -> bool:
    """Return whether a capitalized word, an article or a word that begins with a digit begins a run."""
    token = context.tokens[index]
    if token.is_capital:
        return "openers" not in token.kinds
    if token.text in _ARTICLES:
        return context.follows(index + 1, "-") and context.tokens[index + 1].is_capital
    return token.text[-1].isalpha()


def _run_end(context: DocumentContext, first: int) -> int:
    last = index = first + 1
    while index < len(context.tokens) and context.tokens[index].gap in _RUN_GAPS:
        token = context.tokens[index]
        # "Watch" begins lines, too, but ends the name of Human Rights Watch.
        if token.is_capital and ("openers" not in token.kinds or "heads" in token.kinds):
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
    first = _skip_member(context, first, heads[0])
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


def _skip_member(context: DocumentContext, first: int, head: int) -> int:
    """Return the first word of the name whose first head is `head`: "of" joins no person to it (Varro of the Guard)."""
    for index in range(head - 1, first, -1):
        if context.tokens[index].text in ("of", "for", "at") and not context.other_hit(index - 1):
            following = range(index + 1, head + 1)
            return next(word for word in following if context.tokens[word].is_capital)
    return first


def _unit(context: DocumentContext, first: int, last: int) -> NameRun | None:
    """Return an ordinal with an acronym (407th AEG) or the acronym of a task force with its number (CTF 50)."""
    head, tail = context.tokens[first].text, context.tokens[first + 1].text
    is_ordinal = _ORDINAL.fullmatch(head) is not None and _is_acronym_of_unit(context, first + 1)
    is_task_force = head in _TASK_FORCES and tail.isdigit() and context.follows(first + 1, " ")
    return NameRun(first, first + 2, EntityType.ORGANIZATION, "unit", 0.8) if is_ordinal or is_task_force else None


def _is_acronym_of_unit(context: DocumentContext, index: int) -> bool:
    """Return whether a word is an acronym that a unit can have: not in "a 3rd MRI" and "the 2nd UN talks"."""
    token = context.tokens[index]
    is_acronym = token.text.isupper() and len(token.text) in _UNIT_ACRONYM_LENGTHS and not token.kinds
    return is_acronym and index not in context.hit_by_word and not _ROMAN_LETTERS.issuperset(token.text)


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


def _firm(context: DocumentContext, first: int, last: int) -> NameRun | None:
    """Return the firm whose names an ampersand joins, as in "Varro & Sons"."""
    is_joined = any(token.gap in _AMPERSANDS for token in context.tokens[first + 1 : last])
    is_firm = is_joined and context.tokens[first].is_capital and context.tokens[last - 1].is_capital
    return NameRun(first, last, EntityType.ORGANIZATION, "ampersand", 0.7) if is_firm else None


def _team(context: DocumentContext, first: int, last: int) -> NameRun | None:
    """Return the team that a city is part of: "Bayern Munich", "Boston Bruins"."""
    for index in range(first, last):
        hit = context.hit_by_word.get(index)
        if hit is None or hit.type is not EntityType.PLACE:
            continue
        if index > first and "team_starts" in context.tokens[index - 1].kinds:
            return NameRun(index - 1, last, EntityType.ORGANIZATION, "team", 0.75)
        after = context.document.words_of(hit.start, hit.end).stop
        if after < last and "team_names" in context.tokens[after].kinds:
            return NameRun(index, after + 1, EntityType.ORGANIZATION, "team", 0.75)
    return None


def _is_medium(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether an unknown name precedes a word for a medium: "the Qasr news agency"."""
    if first in context.hit_by_word or not context.follows(last, " ") or "not_names" in context.tokens[last - 1].kinds:
        return False
    token = context.tokens[last]
    is_agency = token.text != "news" or (context.follows(last + 1, " ") and context.tokens[last + 1].text == "agency")
    return not token.is_capital and "media_kinds" in token.kinds and is_agency
