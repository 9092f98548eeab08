"""Short forms that a document defines, as in "Long Form (ABC)", their uses, and those that it uses like names."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.mentions.local_entities import LocalEntities
from seed.extract.text.tokens import Token

# The longest forms are like "Republic of X Armed Forces Joint Command", plus a few small words.
_MAX_LONG_FORM_WORDS = 10
_ACRONYM_LETTERS = range(2, 9)


_REPEATED_LETTERS = range(3, 7)
_MIN_USES = 2
_ROMAN_LETTERS = frozenset("IVXLCDM")
_ACTING = frozenset({"say", "metonym_verbs"})
_BELONGINGS = frozenset({"metonym_belongings", "heads", "speakers"})
_RANKS = frozenset({"spokesperson", "commander", "head", "lawmaker", "minister"})


class Definition(NamedTuple):
    """A short form and the words [first, last) of the long form that it abbreviates."""

    short: str
    first: int
    last: int


def find_definitions(context: DocumentContext) -> list[Definition]:
    """Return the definitions in which the first letters of the long form's words spell the short form."""
    definitions = []
    for index in sorted([*context.words_by_gap.get(" (", ()), *context.words_by_gap.get("'s (", ())]):
        if _is_short_form(context, index) and (first := _long_form_start(context, index)) is not None:
            definitions.append(Definition(context.tokens[index].text, first, index))
    return definitions


def _is_short_form(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    letters = sum(map(str.isupper, token.text))
    closes = context.document.folded[token.end : token.end + 1] in (")", "/", ";", ",")
    return letters in _ACRONYM_LETTERS and letters >= len(token.text) - 1 and closes


def _long_form_start(context: DocumentContext, index: int) -> int | None:
    """Return the first word of the long form before a short form, or None if the letters do not match."""
    letters = [letter for letter in context.tokens[index].text.lower() if letter.isalpha()]
    first = index
    while letters:
        first -= 1
        if first < max(0, index - _MAX_LONG_FORM_WORDS) or (
            first + 1 < index and context.tokens[first + 1].gap not in (" ", "-", " - ")
        ):
            return None
        word = context.tokens[first]
        if word.text[0].lower() == letters[-1] and (word.is_capital or len(letters) > 1):
            letters.pop()
        elif word.is_capital:
            return None
    return first if context.tokens[first].is_capital else None


def resolve_acronyms(
    context: DocumentContext,
    definitions: Iterable[Definition],
    candidates: Iterable[CandidateMention],
    local_entities: LocalEntities,
) -> Iterator[CandidateMention]:
    """Yield each long form and all uses of each short form; a definition overrides the lexicon."""
    definitions = list(definitions)
    if not definitions:
        return
    longest_by_end: dict[int, CandidateMention] = {}
    # Two readings of one name cannot be sorted if one of them names no entity.
    named = (candidate for candidate in candidates if candidate.entity and candidate.type is not EntityType.PERSON)
    for candidate in sorted(named, reverse=True):
        longest_by_end[candidate.end] = candidate  # the longest with this end comes last
    long_forms: dict[str, CandidateMention] = {}
    for definition in definitions:
        long_form = _long_candidate(context, definition, longest_by_end, local_entities)
        for short in (definition.short, definition.short.upper()):
            long_forms.setdefault(short, long_form)
        yield long_form
    yield from (_short_candidate(token, long_forms[token.text]) for token in context.tokens if token.text in long_forms)


def _short_candidate(token: Token, long_form: CandidateMention) -> CandidateMention:
    kind = MentionKind.ACRONYM
    return long_form._replace(start=token.start, end=token.end, kind=kind, rule="acronym", confidence=0.96)


def _long_candidate(
    context: DocumentContext,
    definition: Definition,
    endings: dict[int, CandidateMention],
    local_entities: LocalEntities,
) -> CandidateMention:
    start, end = context.tokens[definition.first].start, context.tokens[definition.last - 1].end
    known = endings.get(end)
    short = context.hit_by_word.get(definition.last)
    if known is not None and (known.start <= start or (short is not None and short.entity == known.entity)):
        return known
    surface = context.document.combined[start:end]
    entity = local_entities.add(surface, EntityType.ORGANIZATION, "", definition.short)
    return CandidateMention(start, end, EntityType.ORGANIZATION, MentionKind.NAME, entity, "acronym", 0.9)


def find_repeated_acronyms(context: DocumentContext, local_entities: LocalEntities) -> Iterator[CandidateMention]:
    """Yield the unknown acronyms of organizations: beside a role, or twice and once before a verb of acting."""
    in_capitals = [index for index in context.capital_words if context.tokens[index].text.isupper()]
    uses = [index for index in in_capitals if _may_be_unknown_acronym(context, index)]
    counts = Counter(context.tokens[index].text for index in uses)
    named = {context.tokens[index].text for index in uses if _has_role(context, index)}
    named |= {
        text for index in uses if counts[text := context.tokens[index].text] >= _MIN_USES and _acts(context, index)
    }
    for token in (context.tokens[index] for index in uses):
        if token.text in named:
            type_, entity = EntityType.ORGANIZATION, local_entities.add(token.text, EntityType.ORGANIZATION, "")
            yield CandidateMention(token.start, token.end, type_, MentionKind.ACRONYM, entity, "repeated-acronym", 0.6)


def _may_be_unknown_acronym(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    return (
        len(token.text) in _REPEATED_LETTERS
        and token.text.isalpha()
        and not token.kinds
        and not _ROMAN_LETTERS.issuperset(token.text)
        and index not in context.hit_by_word
        and not context.in_heading[index]
        and not _is_beside_capitals(context, index)
    )


def _is_beside_capitals(context: DocumentContext, index: int) -> bool:
    """Return whether a word in capitals is next to it: there capitals mark no acronym."""
    near = context.tokens[max(0, index - 1) : index] + context.tokens[index + 1 : index + 2]
    return any(token.text.isupper() and len(token.text) > 1 for token in near)


def _acts(context: DocumentContext, index: int) -> bool:
    """Return whether "the" precedes an acronym, and what only organizations do, say or have follows.

    "The API has" and "the GPU's memory" make no organization.
    """
    if not index or context.tokens[index - 1].text not in ("the", "The"):
        return False
    if context.follows(index + 1, "'"):  # the s of a possessive
        return context.follows(index + 2, " ") and not context.tokens[index + 2].kinds.isdisjoint(_BELONGINGS)
    kinds = context.tokens[index + 1].kinds if context.follows(index + 1, " ") else frozenset()
    return not kinds.isdisjoint(_ACTING) and "inanimate_verbs" not in kinds


def _has_role(context: DocumentContext, index: int) -> bool:
    """Return whether a role at organizations follows an acronym: "the ABC's leader", "ABC spokesman Ivo Lund"."""
    role = index + 1
    if context.follows(role, "'"):  # the s of a possessive
        role += 1
    title = context.title_by_first_word.get(role) if context.follows(role, " ") else None
    return title is not None and title.rank in _RANKS and not context.tokens[role].is_capital
