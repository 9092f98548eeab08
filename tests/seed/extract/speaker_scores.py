"""Compare statements with the true ones: which is which, and whether the speaker is right."""

import re
from collections.abc import Iterable, Sequence

from app.text.folding import fold_name
from seed.extract.lexicon.lexicon import Lexicon
from seed.records import Annotation, ExtractedStatement
from tests.seed.extract.marked_articles import NOBODY, TrueStatement

_UNRESOLVED = frozenset({"he", "she", "it", "they", "i", "we", "who"})
_DETERMINERS = frozenset({"a", "an", "the", "his", "her", "its", "their", "one", "mr", "mrs", "dr"})
_MIN_SHARED = 0.5
"""The share of the shorter of two spans that they share if both are about one statement."""


class EntityNames:
    """All names of each entity of a lexicon and of an annotation, folded for comparison."""

    def __init__(self, lexicon: Lexicon, annotation: Annotation) -> None:
        self._lexicon = lexicon
        self._local = {entity.id: (entity.name, *entity.aliases) for entity in annotation.entities}

    def has(self, entity: str, names: Iterable[str]) -> bool:
        """Return whether an entity has one of these names."""
        known = self._lexicon.entities.get(entity)
        own = known.all_names if known else self._local.get(entity, ())
        return not {_words(name) for name in own}.isdisjoint(map(_words, names))


def match_statements(
    truths: Sequence[TrueStatement], predicted: Sequence[ExtractedStatement]
) -> dict[int, ExtractedStatement]:
    """Return the statement found for each true one, by its index: most similar spans first, each used once."""
    similar = []
    for index, truth in enumerate(truths):
        for statement in predicted:
            shared = min(truth.end, statement.end) - max(truth.start, statement.start)
            lengths = truth.end - truth.start, statement.end - statement.start
            if truth.field == statement.field and shared >= _MIN_SHARED * min(lengths):
                similar.append((-shared / (sum(lengths) - shared), index, statement.start, statement))
    pairs: dict[int, ExtractedStatement] = {}
    used: set[tuple[str, int]] = set()
    for _, index, start, statement in sorted(similar, key=lambda row: row[:3]):
        if index not in pairs and (statement.field, start) not in used:
            pairs[index] = statement
            used.add((statement.field, start))
    return pairs


def speaker_outcome(truth: TrueStatement, statement: ExtractedStatement | None, names: EntityNames) -> str:
    """Return whether the speaker of a statement is `right`, `wrong` or `missing`."""
    words = (statement.speaker_name if statement else None) or ""
    is_pronoun = words.lower() in _UNRESOLVED and words not in truth.speakers
    if statement is None or (statement.speaker is None and (not words or is_pronoun)):
        return "right" if not truth.speakers or NOBODY in truth.speakers else "missing"
    if statement.speaker is not None and names.has(statement.speaker, truth.speakers):
        return "right"
    same = [name for name in truth.speakers if _is_same(words, name.strip("()"), statement.speaker)]
    if all(name.startswith("(") for name in same):
        return "missing" if same else "wrong"
    return "right"


def _is_same(words: str, name: str, entity: str | None) -> bool:
    """Return whether the words of a speaker are those of the truth; without an entity, a part of them is enough."""
    said, true = _words(words), _words(name)
    if said == true or entity is not None:
        return said == true
    return bool(said and true) and (f" {said} " in f" {true} " or f" {true} " in f" {said} ")


def _words(name: str) -> str:
    words = re.findall(r"\w+", fold_name(name))
    while len(words) > 1 and words[0] in _DETERMINERS:
        del words[0]
    return " ".join(words)
