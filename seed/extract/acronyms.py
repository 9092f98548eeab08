"""Short forms that a document introduces itself, "Long Form (ABC)", and their later use."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.identities import Locals
from seed.extract.scene import Scene
from seed.extract.spans import Candidate

# "Republic of X Armed Forces Joint Command" is as long as long forms get.
_LONGEST_FORM = 10
_LETTERS = range(2, 9)
_NO_ACRONYM_OF = frozenset({EntityType.PERSON})


class Definition(NamedTuple):
    """A short form, the entity it was defined for, and the words [first, last) of the long form."""

    short: str
    first: int
    last: int


def find_definitions(scene: Scene) -> list[Definition]:
    """Returns the definitions whose long form spells the short one by the first letters of its words."""
    found = []
    for index, token in enumerate(scene.tokens):
        if (
            token.gap in (" (", "'s (")
            and _is_short_form(scene, index)
            and (first := _long_form(scene, index)) is not None
        ):
            found.append(Definition(token.text, first, index))
    return found


def _is_short_form(scene: Scene, index: int) -> bool:
    token = scene.tokens[index]
    letters = sum(map(str.isupper, token.text))
    closes = scene.document.folded[token.end : token.end + 1] in (")", "/", ";", ",")
    return letters in _LETTERS and letters >= len(token.text) - 1 and closes


def _long_form(scene: Scene, index: int) -> int | None:
    """Returns the first word of the long form before a short one, or None if the letters do not fit."""
    letters = [letter for letter in scene.tokens[index].text.lower() if letter.isalpha()]
    place = index
    while letters:
        place -= 1
        if place < max(0, index - _LONGEST_FORM) or (
            place + 1 < index and scene.tokens[place + 1].gap not in (" ", "-", " - ")
        ):
            return None
        word = scene.tokens[place]
        if word.text[0].lower() == letters[-1] and (word.is_capital or len(letters) > 1):
            letters.pop()
        elif word.is_capital:
            return None
    return place if scene.tokens[place].is_capital else None


def resolve_acronyms(
    scene: Scene, definitions: Iterable[Definition], candidates: Sequence[Candidate], found: Locals
) -> Iterator[Candidate]:
    """Yields the long form and every use of each short form; a definition beats what the lexicon says of the form."""
    for definition in definitions:
        long_form = _entity(scene, definition, candidates, found)
        if long_form is None:
            continue
        yield long_form
        for index, token in enumerate(scene.tokens):
            if token.text == definition.short:
                confidence = 0.96 if index >= definition.last else 0.8
                yield Candidate(
                    token.start, token.end, long_form.type, MentionKind.ACRONYM, long_form.entity, "acronym", confidence
                )


def _entity(scene: Scene, definition: Definition, candidates: Sequence[Candidate], found: Locals) -> Candidate | None:
    start, end = scene.tokens[definition.first].start, scene.tokens[definition.last - 1].end
    ending = [c for c in candidates if c.end == end and c.entity and c.type not in _NO_ACRONYM_OF]
    if ending:
        best = min(ending, key=lambda c: c.start)
        short = scene.hit_at.get(definition.last)
        if best.start <= start or (short is not None and short.entity == best.entity):
            return best
    surface = scene.document.whole[start:end]
    entity = found.add(surface, EntityType.ORGANIZATION, "", definition.short)
    return Candidate(start, end, EntityType.ORGANIZATION, MentionKind.NAME, entity, "acronym", 0.9)
