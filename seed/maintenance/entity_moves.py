"""Which entities took the place of others, learned from the mentions of articles before and after an annotation."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.labels import bearer_id
from seed.pipeline.bulk import RowValues

# Nobody reads more; beyond, the name stands for all its bearers.
MAX_SUCCESSORS = 100
"""Maximum number of entities that are remembered in place of another one, besides names."""


class EntityMoves:
    """Compares the annotations of articles, one by one."""

    def __init__(self) -> None:
        self._successors: defaultdict[str, set[str]] = defaultdict(set)
        self._in_use: set[str] = set()

    def add(self, article: str, before: Iterable[RowValues], after: Iterable[RowValues]) -> None:
        """Compare the mention and statement rows of an article, without the revision id, before and after."""
        now = dict(_entities_by_span(after))
        self._in_use.update(now.values())
        for span, id_ in _entities_by_span(before):
            successor = now.get(span)
            if successor is not None and successor != id_:
                successors = self._successors[id_]
                public_id = str(bearer_id(successor, article))
                successors.add(public_id if len(successors) < MAX_SUCCESSORS else successor)

    def final(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each entity that no article names any more, and what took its place, both in the order of ids."""
        for id_ in sorted(self._successors.keys() - self._in_use):
            yield id_, sorted(self._successors[id_])


def _entities_by_span(rows: Iterable[RowValues]) -> Iterator[tuple[tuple[str, int, int], str]]:
    """Yield field, start and end of each mention that names an entity, and the entity."""
    for row in rows:
        if len(row) == _MENTION_LENGTH and (entity := row[_ENTITY]) is not None:
            yield row[:3], entity


# Rows of mentions are longer than those of statements: field, start, end, text, kind, type, entity, rule, confidence.
_MENTION_LENGTH = 9
_ENTITY = 6
