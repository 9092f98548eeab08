"""Names of people by evidence: a title before the name, a known given name, or a title after the comma."""

from collections.abc import Iterator
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.lexicon.word_lists import PersonTitle
from seed.extract.text.tokens import Token

# "Abu Bakr al-Baghdadi al-Husseini al-Qurashi" is the longest kind of name.
_MAX_NAME_WORDS = 7
# Other particles with a capital are as likely a given name (Ash) or the first word of a sentence (As).
_CAPITAL_PARTICLES = frozenset(
    ["Al", "El", "Abu", "Abd", "Bin", "Ibn", "Ben", "De", "Del", "Di", "Du", "La", "Le", "Van", "Von"]
)
_PLACES = frozenset({EntityType.STATE, EntityType.PLACE})
_GIVEN_NAMES = frozenset({"given_names", "place_given_names"})
# Between a title and a place that is a surname; in "the President, Jordan" it is a place.
_CLOSE_GAPS = frozenset({" ", ". ", "."})
_NICKNAME_GAPS = frozenset({' "', '" '})
_MAX_ACRONYM_LENGTH = 4


class PersonName(NamedTuple):
    """A person's name at words [first, last) and the rule that found it; `title` is the title that introduces it."""

    first: int
    last: int
    rule: str
    title: PersonTitle | None = None


def find_person_names(context: DocumentContext) -> list[PersonName]:
    """Return the names of people that a rule finds, in order of the first word."""
    names = {(name.first, name.last): name for name in _by_given_name(context)}
    names |= {(name.first, name.last): name for name in _after_comma(context)}
    names |= {(name.first, name.last): name for name in _by_title(context)}
    return sorted(names.values(), key=lambda name: (name.first, -name.last))


def _by_title(context: DocumentContext) -> Iterator[PersonName]:
    for title in context.titles:
        if context.follows(title.last, " ", ". ", ".", " - ", ", "):
            last = name_end(context, title.last, after_title=context.tokens[title.last].gap in _CLOSE_GAPS)
            min_words = 2 if context.tokens[title.last].gap == ", " else 1
            if last is not None and last - title.last >= min_words and not _belongs_to_other_type(context, last):
                yield PersonName(title.last, last, "title", title)


def _after_comma(context: DocumentContext) -> Iterator[PersonName]:
    """Yield names as in `John Kirby, the spokesman`: capitalized words, a comma, up to three words, a title."""
    titles = context.title_by_first_word
    for index, token in enumerate(context.tokens):
        if token.gap != ", ":
            continue
        title = next((titles[first] for first in range(index, index + 4) if first in titles), None)
        if title is None or any(
            mark in context.tokens[word].gap for word in range(index + 1, title.first + 1) for mark in ".,;"
        ):
            continue
        first = _name_start(context, index)
        if first is not None:
            yield PersonName(first, index, "apposition", title)


def _by_given_name(context: DocumentContext) -> Iterator[PersonName]:
    index = 0
    while index < len(context.tokens):
        last = _full_name_end(context, index) if _is_given_name(context, index) else None
        if last is None:
            index += 1
            continue
        yield PersonName(index, last, "given-name")
        index = last


def _is_given_name(context: DocumentContext, index: int) -> bool:
    """Return whether a word is a known given name; one that is a place as well needs a surname that stands alone too.

    "Chad Wolf" is a person where the document says "Wolf" elsewhere, or where a verb of saying follows.
    """
    kinds = context.tokens[index].kinds
    if "place_given_names" not in kinds:
        return "given_names" in kinds
    surname = index + 1
    if not context.follows(surname, " ") or not _may_be_name(context, surname) or surname in context.hit_by_word:
        return False
    says = context.follows(surname + 1, " ") and "cues" in context.tokens[surname + 1].kinds
    return says or any(
        token.text == context.tokens[surname].text and context.tokens[other - 1].text != context.tokens[index].text
        for other, token in enumerate(context.tokens)
        if other
    )


def _full_name_end(context: DocumentContext, index: int) -> int | None:
    """Return the end of the name of two or more words that begins at this known given name, or None."""
    token = context.tokens[index]
    if not token.is_capital:
        return None
    if (
        index
        and context.tokens[index].gap == " "
        and _may_be_name(context, index - 1)
        and not context.starts_sentence(index - 1)
    ):
        return None
    last = name_end(context, index)
    if last is None or last - index < 2 or context.in_heading[index] or _belongs_to_other_type(context, last):
        return None
    return last


def _name_start(context: DocumentContext, end: int) -> int | None:
    """Return the first of the two to four words before `end` if they can be a name, or None."""
    first = end
    while first > 0 and end - first < 4 and _may_be_name(context, first - 1):
        first -= 1
        if context.tokens[first].gap not in (" ", ". ", "-"):
            break
    while first < end and not context.tokens[first].is_capital:
        first += 1
    if (
        end - first < 2
        or context.in_heading[first]
        or name_end(context, first) != end
        or _belongs_to_other_type(context, end)
    ):
        return None
    return first


def _belongs_to_other_type(context: DocumentContext, last: int) -> bool:
    """Return whether the name's last word or the next one makes it an organization, a unit, a group or a place."""
    words = [context.tokens[last - 1]]
    if context.follows(last, " ") and context.tokens[last].is_capital:
        words.append(context.tokens[last])
    return any(
        word.is_capital and kind in word.kinds
        for word in words
        for kind in ("organization_heads", "unit_heads", "armed_group_heads", "place_heads")
    )


def name_end(context: DocumentContext, first: int, *, after_title: bool = False) -> int | None:
    """Return the end of the longest name of a person that begins at a word, or None if there is none.

    Directly after a title, a place of one word begins a name: "Rep. Jordan".
    """
    last = first
    for index in range(first, min(first + _MAX_NAME_WORDS, len(context.tokens))):
        if index > first and not _can_join(context.tokens[index - 1], context.tokens[index]):
            break
        if not _may_be_name(context, index) or (index == first and not _may_begin(context, index)):
            break
        if (hit := context.other_hit(index)) and not _is_in_name(context, first, index, hit, after_title=after_title):
            break
        if not _is_particle(context, context.tokens[index]) and not _is_initial(context.tokens[index]):
            last = index + 1
    return last if last > first else None


def _may_begin(context: DocumentContext, index: int) -> bool:
    return context.tokens[index].is_capital or _is_particle(context, context.tokens[index])


def _is_in_name(context: DocumentContext, first: int, index: int, hit: CandidateMention, *, after_title: bool) -> bool:
    """Return whether a hit of one word, such as a place, is a surname or a given name here."""
    token = context.tokens[index]
    if hit.end != token.end:
        return False
    if index == first:
        is_place = hit.start == token.start and hit.kind is MentionKind.NAME and hit.type in _PLACES
        return is_place and (after_title or "place_given_names" in token.kinds)
    before = context.tokens[first:index]
    return any(not word.kinds.isdisjoint(_GIVEN_NAMES) or _is_initial(word) for word in before)


def _may_be_name(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    if _is_particle(context, token) or _is_initial(token) or "suffixes" in token.kinds:
        return True
    if not token.is_capital or token.text[-1].isdigit() or "not_names" in token.kinds:
        return False
    if "openers" in token.kinds:
        return False
    return not (token.text.isupper() and len(token.text) <= _MAX_ACRONYM_LENGTH)


def _is_particle(context: DocumentContext, token: Token) -> bool:
    return "particles" in token.kinds and (not token.is_capital or token.text in _CAPITAL_PARTICLES)


def _is_initial(token: Token) -> bool:
    return token.is_capital and (len(token.text) == 1 or token.text.endswith("."))


def _can_join(before: Token, token: Token) -> bool:
    """Return whether the gap between two words can be inside a name.

    It is a space, a hyphen, the full stop of an initial, or the quotation marks of a nickname.
    """
    if token.gap in (" ", "-") or token.gap in _NICKNAME_GAPS:
        return True
    if token.gap == "- ":
        return before.text.lower() in ("al", "el")
    return token.gap in (". ", ".") and _is_initial(before)
