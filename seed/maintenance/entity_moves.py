"""Which entities took the place of others, learned from the mentions of articles before and after an annotation."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.labels import bearer_id
from app.models import BEARER_MARK, MentionKind
from seed.pipeline.bulk import RowValues

# Nobody reads more; beyond, the name stands for all its bearers.
MAX_SUCCESSORS = 100
"""Maximum number of entities that are remembered in place of another one, besides names."""

Span = tuple[str, int, int]
"""Field, start and end of a mention."""


class EntityMoves:
    """Compares the annotations of articles, one by one."""

    def __init__(self) -> None:
        self._successors: defaultdict[str, set[str]] = defaultdict(set)
        self._in_use: set[str] = set()

    def add(self, article: str, before: Iterable[RowValues], after: Iterable[RowValues]) -> dict[str, list[str]]:
        """Compare the mention and statement rows of an article, without the revision id, before and after.

        Return the names whose bearer the article no longer names, each with the public ids of what it names there now.
        """
        now = _Entities(after)
        self._in_use.update(now.ids)
        moved: defaultdict[str, set[str]] = defaultdict(set)
        for id_, is_description, span in _entities(before):
            successors = {successor for successor in now.at(span, is_description=is_description) if successor != id_}
            if id_.endswith(BEARER_MARK) and id_ not in now.ids:
                moved[id_].update(str(bearer_id(successor, article)) for successor in successors)
            for successor in sorted(successors):
                known = self._successors[id_]
                known.add(str(bearer_id(successor, article)) if len(known) < MAX_SUCCESSORS else successor)
        return {name: sorted(successors) for name, successors in moved.items()}

    def final(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each entity that no article names any more, and what took its place, both in the order of ids."""
        for id_ in sorted(self._successors.keys() - self._in_use):
            yield id_, sorted(self._successors[id_])


class _Entities:
    """The entities that the rows of an annotation name, by where."""

    def __init__(self, rows: Iterable[RowValues]) -> None:
        self.ids: set[str] = set()
        self._by_span: dict[tuple[bool, Span], str] = {}
        self._by_place: Mapping[tuple[bool, str], list[tuple[int, int, str]]] = defaultdict(list)
        for id_, is_description, (field, start, end) in _entities(rows):
            self.ids.add(id_)
            self._by_span[is_description, (field, start, end)] = id_
            self._by_place[is_description, field].append((start, end, id_))

    def at(self, span: Span, *, is_description: bool) -> Sequence[str]:
        """Return the entity of exactly this span, or else those of the spans that overlap it.

        Descriptions, which other mentions are inside, are compared with each other.
        """
        if (exact := self._by_span.get((is_description, span))) is not None:
            return [exact]
        field, start, end = span
        places = self._by_place.get((is_description, field), ())
        return [id_ for other_start, other_end, id_ in places if other_start < end and start < other_end]


def _entities(rows: Iterable[RowValues]) -> Iterator[tuple[str, bool, Span]]:
    """Yield the entity of each mention that names one, whether it is a description, and its span."""
    for row in rows:
        if len(row) == _MENTION_LENGTH and (entity := row[_ENTITY]) is not None:
            yield entity, row[_KIND] == MentionKind.DESCRIPTION, row[:3]


# Rows of mentions are longer than those of statements: field, start, end, text, kind, type, entity, rule, confidence.
_MENTION_LENGTH = 9
_KIND = 4
_ENTITY = 6
