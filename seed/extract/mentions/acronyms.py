"""Short forms that a document introduces itself, "Long Form (ABC)", and their later use."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.candidates import Candidate
from seed.extract.context import DocumentContext
from seed.extract.mentions.local_entities import Locals
from seed.extract.text.tokens import Token

# "Republic of X Armed Forces Joint Command" is as long as long forms get.
_LONGEST_FORM = 10
_LETTERS = range(2, 9)


class Definition(NamedTuple):
    """A short form, the entity it was defined for, and the words [first, last) of the long form."""

    short: str
    first: int
    last: int


def find_definitions(context: DocumentContext) -> list[Definition]:
    """Returns the definitions whose long form spells the short one by the first letters of its words."""
    found = []
    for index, token in enumerate(context.tokens):
        if (
            token.gap in (" (", "'s (")
            and _is_short_form(context, index)
            and (first := _long_form(context, index)) is not None
        ):
            found.append(Definition(token.text, first, index))
    return found


def _is_short_form(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    letters = sum(map(str.isupper, token.text))
    closes = context.document.folded[token.end : token.end + 1] in (")", "/", ";", ",")
    return letters in _LETTERS and letters >= len(token.text) - 1 and closes


def _long_form(context: DocumentContext, index: int) -> int | None:
    """Returns the first word of the long form before a short one, or None if the letters do not fit."""
    letters = [letter for letter in context.tokens[index].text.lower() if letter.isalpha()]
    place = index
    while letters:
        place -= 1
        if place < max(0, index - _LONGEST_FORM) or (
            place + 1 < index and context.tokens[place + 1].gap not in (" ", "-", " - ")
        ):
            return None
        word = context.tokens[place]
        if word.text[0].lower() == letters[-1] and (word.is_capital or len(letters) > 1):
            letters.pop()
        elif word.is_capital:
            return None
    return place if context.tokens[place].is_capital else None


def resolve_acronyms(
    context: DocumentContext, definitions: Iterable[Definition], candidates: Iterable[Candidate], found: Locals
) -> Iterator[Candidate]:
    """Yields the long form and every use of each short form; a definition beats what the lexicon says of the form."""
    endings: dict[int, Candidate] = {}
    for candidate in sorted(candidates, reverse=True):
        if candidate.entity and candidate.type is not EntityType.PERSON:
            endings[candidate.end] = candidate  # the longest that ends there comes last
    defined: dict[str, Candidate] = {}
    for definition in definitions:
        long_form = _long_candidate(context, definition, endings, found)
        defined.setdefault(definition.short, long_form)
        yield long_form
    yield from (_short_candidate(token, defined[token.text]) for token in context.tokens if token.text in defined)


def _short_candidate(token: Token, long_form: Candidate) -> Candidate:
    kind = MentionKind.ACRONYM
    return long_form._replace(start=token.start, end=token.end, kind=kind, rule="acronym", confidence=0.96)


def _long_candidate(
    context: DocumentContext, definition: Definition, endings: dict[int, Candidate], found: Locals
) -> Candidate:
    start, end = context.tokens[definition.first].start, context.tokens[definition.last - 1].end
    known = endings.get(end)
    short = context.hit_at.get(definition.last)
    if known is not None and (known.start <= start or (short is not None and short.entity == known.entity)):
        return known
    surface = context.document.whole[start:end]
    entity = found.add(surface, EntityType.ORGANIZATION, "", definition.short)
    return Candidate(start, end, EntityType.ORGANIZATION, MentionKind.NAME, entity, "acronym", 0.9)
