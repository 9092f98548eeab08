"""Names of people by evidence: a title before or after the name, a known given or family name, an age, "who"."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from app.models import EntityType
from seed.extract.context import DocumentContext
from seed.extract.lexicon.word_lists import PersonTitle
from seed.extract.mentions.name_parts import GIVEN_NAMES, is_family_name_first, may_be_name, name_end
from seed.extract.mentions.single_names import find_before_surnames, find_single_names
from seed.extract.text.tokens import Token

# Between a title and a place that is a surname; in "the President, Jordan" it is a place.
_CLOSE_GAPS = frozenset({" ", ". ", "."})
_NAME_STARTS = GIVEN_NAMES | {"family_names"}
# More capitalized words after a rare given name are a title in title case or a list.
_MAX_RARE_NAME_WORDS = 4
_NAME_MIDDLES = frozenset({"given_names", "particles"})
_MAX_AGE_DIGITS = 3
_OTHER_HEADS = frozenset({"organization_heads", "unit_heads", "armed_group_heads", "place_heads", "not_last_names"})
_BEFORE_PLACES = frozenset({"place_prepositions", "prepositions", "determiners"})
_SAID = frozenset({"said", "says", "told", "added", "adds", "explained", "wrote"})
_SPEAKER_WORDS = range(2, 4)
_HUNGARY = ("Hungary", "Hungarian", "Budapest")


class PersonName(NamedTuple):
    """A person's name at words [first, last) and the rule that found it; `title` is the title that introduces it."""

    first: int
    last: int
    rule: str
    title: PersonTitle | None = None


def find_person_names(context: DocumentContext) -> list[PersonName]:
    """Return the names of people that a rule finds, in order of the first word."""
    names = {(name.first, name.last): name for name in _by_given_name(context)}
    names |= {(name.first, name.last): name for name in _in_hungarian_order(context)}
    names |= {(name.first, name.last): name for name in _before_relative_clause(context)}
    names |= {(name.first, name.last): name for name in _beside_speech(context)}
    names |= {(name.first, name.last): name for name in _with_speaking_surname(context)}
    names |= {(name.first, name.last): name for name in _after_comma(context)}
    names |= {(name.first, name.last): name for name in _by_title(context)}
    named = {index for name in names.values() for index in range(name.first, name.last)}
    for name in chain(_alone(context), _before_listed_surnames(context)):
        if named.isdisjoint(range(name.first, name.last)):
            names[name.first, name.last] = name
    return sorted(names.values(), key=lambda name: (name.first, -name.last))


def _alone(context: DocumentContext) -> Iterator[PersonName]:
    return (PersonName(index, index + 1, "single-name") for index in find_single_names(context))


def _before_listed_surnames(context: DocumentContext) -> Iterator[PersonName]:
    return (PersonName(index, index + 2, "listed-surname") for index in find_before_surnames(context))


def _by_title(context: DocumentContext) -> Iterator[PersonName]:
    for title in context.titles:
        # "the spokesman, Rear Adm. John Kirby": the second title introduces the name.
        if title.last not in context.title_by_first_word and _leads_to_name(context, title):
            last = _name_end(context, title.last, after_title=context.tokens[title.last].gap in _CLOSE_GAPS)
            min_words = 2 if context.tokens[title.last].gap == ", " else 1
            if (
                last is not None
                and last - title.last >= min_words
                and not (context.in_heading[title.last] and _is_heading_of_words(context, title.last, last))
                and not _belongs_to_other_type(context, title.last, last)
            ):
                yield PersonName(title.last, last, "title", title)


def _leads_to_name(context: DocumentContext, title: PersonTitle) -> bool:
    """Return whether what is after a title can be the name; the full stop after "the mayor" ends the sentence."""
    gaps = (" ", " - ", ", ", ". ", ".") if context.tokens[title.last - 1].is_capital else (" ", " - ", ", ")
    return context.follows(title.last, *gaps)


def _name_end(context: DocumentContext, first: int, *, after_title: bool = False) -> int | None:
    """Return the end of the name that begins at a word; words after it in a heading or in capitals are no part of it.

    The lexicon's name ends it there, else the word after its given names: "Mayor Maria Gomez Opens a School". The label
    of a speaker in capitals is whole.
    """
    last = name_end(context, first, after_title=after_title)
    if last is None or not (context.in_heading[first] or context.tokens[first].text.isupper()):
        return last
    if last < len(context.tokens) and context.tokens[last].gap.startswith(":"):
        return last
    for index in range(first, last):
        hit = context.hit_by_word.get(index)
        if hit is not None and hit.type is EntityType.PERSON:
            return min(last, context.document.words_of(hit.start, hit.end).stop)
    if context.tokens[first].kinds.isdisjoint(GIVEN_NAMES):
        return last
    end = first + 1
    while end < last - 1 and (_NAME_MIDDLES & context.tokens[end].kinds or len(context.tokens[end].text) == 1):
        end += 1
    return min(last, end + 1)


def _is_heading_of_words(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether no word after a title in a heading is known as a name: "Foreign Secretary Calls for Peace"."""
    return not any(
        context.tokens[index].kinds & GIVEN_NAMES or index in context.hit_by_word for index in range(first, last)
    )


def _after_comma(context: DocumentContext) -> Iterator[PersonName]:
    """Yield names as in `John Kirby, the spokesman`: capitalized words, a comma, up to three words, a title."""
    titles = context.title_by_first_word
    for index in context.words_by_gap.get(", ", ()):
        if titles.keys().isdisjoint(range(index, index + 4)):
            continue
        title = next(titles[first] for first in range(index, index + 4) if first in titles)
        if any(mark in context.tokens[word].gap for word in range(index + 1, title.first + 1) for mark in ".,;"):
            continue
        first = _name_start(context, index)
        if first is not None:
            yield PersonName(first, index, "apposition", title)


def _before_relative_clause(context: DocumentContext) -> Iterator[PersonName]:
    """Yield names as in `John Kirby, 56,` and `John Kirby, who`: no organization has an age or is a "who"."""
    for index in context.words_by_gap.get(", ", ()):
        token = context.tokens[index]
        if (token.text in ("who", "whose") or _is_age(context, token)) and (
            first := _name_start(context, index)
        ) is not None:
            yield PersonName(first, index, "relative-clause")


def _is_age(context: DocumentContext, token: Token) -> bool:
    if not token.text.isdecimal() or len(token.text) > _MAX_AGE_DIGITS:
        return False
    return context.document.folded[token.end : token.end + 1] in (",", ".", ";")


def _beside_speech(context: DocumentContext) -> Iterator[PersonName]:
    """Yield unknown names as in `…," said Xolani Mbeki` and `…," Xolani Mbeki said`, beside the verb."""
    after_quotes = (words for gap, words in context.words_by_gap.items() if '"' in gap)
    for index in chain.from_iterable(after_quotes):
        token = context.tokens[index]
        if index + 3 > len(context.tokens):
            continue
        first = index + 1 if token.text in _SAID and context.follows(index + 1, " ") else index
        last = name_end(context, first) if context.tokens[first].is_capital else None
        if last is None or last - first not in _SPEAKER_WORDS or not _is_unknown_person(context, first, last):
            continue
        if first > index or (context.follows(last, " ") and context.tokens[last].text in _SAID):
            yield PersonName(first, last, "speech")


def _with_speaking_surname(context: DocumentContext) -> Iterator[PersonName]:
    """Yield unknown names of two or three words whose last one says something elsewhere: no organization is cut so."""
    speaking = set(_speaking_words(context))
    for index in context.capital_words if speaking else ():
        if context.tokens[index].text not in speaking or not may_be_name(context, index - 1) or not index:
            continue
        first = _name_start(context, index + 1)
        if first is not None and index + 1 - first in _SPEAKER_WORDS and _is_unknown_person(context, first, index + 1):
            yield PersonName(first, index + 1, "speech")


def _speaking_words(context: DocumentContext) -> Iterator[str]:
    """Yield the unknown capitalized words that alone begin a sentence or a line and that a verb of saying follows."""
    for index in context.capital_words:
        token = context.tokens[index]
        is_alone = not token.kinds and token.gap != " " and context.follows(index + 1, " ")
        if is_alone and context.tokens[index + 1].text in _SAID and index not in context.hit_by_word:
            yield token.text


def _is_unknown_person(context: DocumentContext, first: int, last: int) -> bool:
    is_known = any(index in context.hit_by_word or index in context.title_words for index in range(first, last))
    is_followed = context.follows(last, " ", "-") and context.tokens[last].is_capital
    return not is_known and not is_followed and not _belongs_to_other_type(context, first, last)


def _by_given_name(context: DocumentContext) -> Iterator[PersonName]:
    end = 0
    for index in context.capital_words:
        kinds = context.tokens[index].kinds
        if index < end or not kinds or kinds.isdisjoint(_NAME_STARTS) or not _is_no_place(context, index):
            continue
        if (last := _full_name_end(context, index)) is not None:
            yield PersonName(index, last, "given-name")
            end = last


def _in_hungarian_order(context: DocumentContext) -> Iterator[PersonName]:
    """Yield names as in `Magyar Péter`: a Hungarian given name after one other name, in a text about Hungary."""
    for index in context.capital_words:
        if "hungarian_given_names" not in context.tokens[index].kinds or not index or not context.follows(index, " "):
            continue
        is_name = is_family_name_first(context.tokens[index - 1 : index + 1]) and may_be_name(context, index - 1)
        if is_name and any(map(context.document.contains, _HUNGARY)) and name_end(context, index - 1) == index + 1:
            yield PersonName(index - 1, index + 1, "given-name")


def _is_no_place(context: DocumentContext, index: int) -> bool:
    """Return whether a word names no place, as one with a surname that stands alone, too.

    "Chad Wolf" is a person where the document says "Wolf" elsewhere, or where a verb of saying follows.
    """
    if "place_given_names" not in context.tokens[index].kinds:
        return True
    surname = index + 1
    if not context.follows(surname, " ") or not may_be_name(context, surname) or surname in context.hit_by_word:
        return False
    says = context.follows(surname + 1, " ") and "cues" in context.tokens[surname + 1].kinds
    return says or any(
        token.text == context.tokens[surname].text and context.tokens[other - 1].text != context.tokens[index].text
        for other, token in enumerate(context.tokens)
        if other
    )


def _full_name_end(context: DocumentContext, index: int) -> int | None:
    """Return the end of the name of two or more words that begins at this known name, or None."""
    token = context.tokens[index]
    if (
        index
        and context.tokens[index].gap == " "
        and may_be_name(context, index - 1)
        and not context.starts_sentence(index - 1)
    ):
        return None
    last = _name_end(context, index)
    if last is None or last - index < 2 or context.in_heading[index] or _belongs_to_other_type(context, index, last):
        return None
    if not token.kinds & GIVEN_NAMES and not is_family_name_first(context.tokens[index:last]):
        return None
    return last if "given_names" in token.kinds or last - index <= _MAX_RARE_NAME_WORDS else None


def _name_start(context: DocumentContext, end: int) -> int | None:
    """Return the first of the two to four words before `end` if they can be a name, or None."""
    first = end
    while first > 0 and end - first < 4 and may_be_name(context, first - 1) and first - 1 not in context.title_words:
        first -= 1
        if context.tokens[first].gap not in (" ", ". ", "-"):
            break
    while first < end and (not context.tokens[first].is_capital or "speakers" in context.tokens[first].kinds):
        first += 1
    if (
        end - first < 2
        or context.in_heading[first]
        or name_end(context, first) != end
        or _belongs_to_other_type(context, first, end)
    ):
        return None
    return first


def _belongs_to_other_type(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether the name's last word or the next one makes it an organization, a unit, a group or a place."""
    words = [] if _is_surname_of_place(context, first, last) else [context.tokens[last - 1]]
    if context.follows(last, " ") and context.tokens[last].is_capital:
        words.append(context.tokens[last])
    return any(word.is_capital and word.kinds & _OTHER_HEADS for word in words)


def _is_surname_of_place(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether the last word is a surname here, though it can end a place's name: not so "in James Hill"."""
    if "surname_heads" not in context.tokens[last - 1].kinds or "given_names" not in context.tokens[first].kinds:
        return False
    before = context.tokens[first - 1] if first and context.tokens[first].gap == " " else None
    return before is None or not before.kinds & _BEFORE_PLACES
