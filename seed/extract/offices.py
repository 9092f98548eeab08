"""Capitalised offices that stand for the person whom the document introduced by them: "the Foreign Secretary"."""

from collections.abc import Iterator

from app.models import EntityType, MentionKind
from seed.extract.candidates import Candidate
from seed.extract.context import Scene

_OFFICES = frozenset({"minister", "head_of_state"})


def find_offices(scene: Scene, roles: dict[tuple[str, ...], str]) -> Iterator[Candidate]:
    """Yields the offices in capitals, with nobody's name behind them, whose holder the document names."""
    for title in scene.titles:
        words = scene.tokens[title.first : title.last]
        if title.rank not in _OFFICES or not (words[0].is_capital and words[-1].is_capital):
            continue
        entity = roles.get(tuple(word.text.lower() for word in words))
        if entity is not None and not _is_named(scene, title.last):
            kind = MentionKind.NAME
            yield Candidate(words[0].start, words[-1].end, EntityType.PERSON, kind, entity, "office", 0.7)


def _is_named(scene: Scene, index: int) -> bool:
    """Whether a capitalised word or another name follows directly."""
    return scene.follows(index, " ", "-", ", ") and (
        scene.tokens[index].is_capital or scene.tokens[index].text in ("of", "for")
    )
