"""Names of people by the evidence around them: a title, a given name, a verb of saying."""

from collections.abc import Iterator
from typing import NamedTuple

from seed.extract.context import DocumentContext
from seed.extract.lexicon.word_lists import Title
from seed.extract.text.tokens import Token

# "Abu Bakr al-Baghdadi al-Husseini al-Qurashi" is as long as names get.
_LONGEST_NAME = 7
# Others in capitals are as likely a given name (Ash) or the beginning of a sentence (As).
_CAPITAL_PARTICLES = frozenset(
    ["Al", "El", "Abu", "Abd", "Bin", "Ibn", "Ben", "De", "Del", "Di", "Du", "La", "Le", "Van", "Von"]
)
_NICKNAME_GAPS = frozenset({' "', '" '})
_ACRONYM_LENGTH = 4


class PersonName(NamedTuple):
    """A person's name at words [first, last), with the evidence for it; `title` is the one that introduces it."""

    first: int
    last: int
    rule: str
    title: Title | None = None


def find_people(context: DocumentContext) -> list[PersonName]:
    """Returns the names of people that the text around them gives away, in order of the first word."""
    found = {(name.first, name.last): name for name in _by_evidence(context)}
    found |= {(name.first, name.last): name for name in _after_comma(context)}
    found |= {(name.first, name.last): name for name in _by_title(context)}
    return sorted(found.values(), key=lambda name: (name.first, -name.last))


def _by_title(context: DocumentContext) -> Iterator[PersonName]:
    for title in context.titles:
        if context.follows(title.last, " ", ". ", ".", " - ", ", "):
            last = name_end(context, title.last)
            shortest = 2 if context.tokens[title.last].gap == ", " else 1
            if last is not None and last - title.last >= shortest and not _heads_something(context, last):
                yield PersonName(title.last, last, "title", title)


def _after_comma(context: DocumentContext) -> Iterator[PersonName]:
    """Yields `John Kirby, the spokesman`: capitalised words, a comma, at most a few small words, a title."""
    starts = context.title_from
    for index, token in enumerate(context.tokens):
        if token.gap != ", ":
            continue
        title = next((starts[place] for place in range(index, index + 4) if place in starts), None)
        if title is None or any(
            mark in context.tokens[place].gap for place in range(index + 1, title.first + 1) for mark in ".,;"
        ):
            continue
        first = _name_start(context, index)
        if first is not None:
            yield PersonName(first, index, "apposition", title)


def _by_evidence(context: DocumentContext) -> Iterator[PersonName]:
    index = 0
    while index < len(context.tokens):
        last = _full_name_end(context, index) if "given_names" in context.tokens[index].kinds else None
        if last is None:
            index += 1
            continue
        yield PersonName(index, last, "given-name")
        index = last


def _full_name_end(context: DocumentContext, index: int) -> int | None:
    """Returns the end of a name of two words or more that begins with a known given name here."""
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
    if last is None or last - index < 2 or context.in_heading[index] or _heads_something(context, last):
        return None
    return last


def _name_start(context: DocumentContext, end: int) -> int | None:
    """Returns where the two to four capitalised words before a word begin, if they can be a name."""
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
        or _heads_something(context, end)
    ):
        return None
    return first


def _heads_something(context: DocumentContext, last: int) -> bool:
    """Whether the words before `last` or the one at it make the name an organization's, a unit's or a place's."""
    words = [context.tokens[last - 1]]
    if context.follows(last, " ") and context.tokens[last].is_capital:
        words.append(context.tokens[last])
    return any(
        word.is_capital and kind in word.kinds
        for word in words
        for kind in ("organization_heads", "unit_heads", "armed_group_heads", "place_heads")
    )


def name_end(context: DocumentContext, first: int) -> int | None:
    """Returns the end of the longest person's name that begins at a word, or None if none does."""
    last = first
    for index in range(first, min(first + _LONGEST_NAME, len(context.tokens))):
        if index > first and not _joins(context.tokens[index - 1], context.tokens[index]):
            break
        if not _may_be_name(context, index) or (index == first and not _may_begin(context, index)):
            break
        if (hit := context.other_hit(index)) and not _is_surname_here(context, first, index, hit.end):
            break
        if not _is_particle(context, context.tokens[index]) and not _is_initial(context.tokens[index]):
            last = index + 1
    return last if last > first else None


def _may_begin(context: DocumentContext, index: int) -> bool:
    return context.tokens[index].is_capital or _is_particle(context, context.tokens[index])


def _is_surname_here(context: DocumentContext, first: int, index: int, hit_end: int) -> bool:
    """Whether a place's name of one word stands where a surname does: after a known given name."""
    before = context.tokens[first:index]
    is_given = any("given_names" in word.kinds or _is_initial(word) for word in before)
    return is_given and hit_end == context.tokens[index].end


def _may_be_name(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    if _is_particle(context, token) or _is_initial(token) or "suffixes" in token.kinds:
        return True
    if not token.is_capital or token.text[-1].isdigit() or "not_names" in token.kinds:
        return False
    if "openers" in token.kinds:
        return False
    return not (token.text.isupper() and len(token.text) <= _ACRONYM_LENGTH)


def _is_particle(context: DocumentContext, token: Token) -> bool:
    return "particles" in token.kinds and (not token.is_capital or token.text in _CAPITAL_PARTICLES)


def _is_initial(token: Token) -> bool:
    return token.is_capital and (len(token.text) == 1 or token.text.endswith("."))


def _joins(before: Token, token: Token) -> bool:
    """Whether two words can stand in one name: a space, a hyphen, an initial's full stop, a nickname's quotes."""
    if token.gap in (" ", "-") or token.gap in _NICKNAME_GAPS:
        return True
    if token.gap == "- ":
        return before.text.lower() in ("al", "el")
    return token.gap in (". ", ".") and _is_initial(before)
