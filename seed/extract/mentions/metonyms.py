"""Capitals that stand for their government: "Moscow insists" is Russia, "in Moscow" the city."""

from collections.abc import Container, Iterable, Iterator

from app.models import EntityType
from seed.extract.candidates import Candidate
from seed.extract.context import Scene

_ACTING = frozenset({"say", "say_or_noun", "say_quoting", "metonym_verbs"})
_BE = frozenset({"is", "was", "are", "were"})


def find_metonyms(scene: Scene, hits: Iterable[Candidate], known: Container[str]) -> Iterator[Candidate]:
    """Yields the state for each capital that acts, speaks or is dealt with; it wins over the city of the same span."""
    for hit in hits:
        state = scene.rulebook.capitals.get(hit.entity or "", "")
        if state in known and _is_government(scene, hit):
            yield hit._replace(type=EntityType.STATE, entity=state, rule="metonym", confidence=0.98)


def _is_government(scene: Scene, hit: Candidate) -> bool:
    words = scene.document.words_of(hit.start, hit.end)
    if scene.tokens[words.start].gap == " " and words.start:
        before = scene.tokens[words.start - 1]
        if "metonym_before" in before.kinds:
            return True
        if "prepositions" in before.kinds:
            return False
    return _acts(scene, words.stop)


def _acts(scene: Scene, index: int) -> bool:
    """Whether the word at `index` makes what stands before it an actor."""
    if scene.follows(index, "'"):  # the s of a possessive
        return scene.follows(index + 1, " ") and "metonym_belongings" in scene.tokens[index + 1].kinds
    if not scene.follows(index, " "):
        return False
    token = scene.tokens[index]
    if token.text in _BE:
        return scene.follows(index + 1, " ") and _is_doing(scene, index + 1)
    return not token.is_capital and bool(token.kinds & _ACTING)


def _is_doing(scene: Scene, index: int) -> bool:
    token = scene.tokens[index]
    if "between" in token.kinds and scene.follows(index + 1, " "):
        token = scene.tokens[index + 1]
    return token.text.endswith("ing") or "metonym_ready" in token.kinds
