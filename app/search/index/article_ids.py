"""The ids of the articles of one corpus version: where each is, and which revision of it is served."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.labels import ID_LENGTH, article_ids
from app.search.index.bitmaps import Int64Array, positions_of
from app.search.index.columns import Columns

NO_POSITION = 2**32 - 1
"""The position of a revision that is not served."""


class ArticleIds:
    """The positions of articles and revisions."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @cached_property
    def _by_revision(self) -> tuple[int, NDArray[np.uint32]]:
        """The id before the lowest revision, and the positions by revision id less that id.

        The first and the last entry are NO_POSITION, and stand for all ids outside the range.
        """
        order = self.columns.order
        before, last = (int(order.min()) - 1, int(order.max())) if len(order) else (0, 0)
        positions = np.full(last - before + 2, NO_POSITION, np.uint32)
        positions[order - before] = np.arange(len(order), dtype=np.uint32)
        return before, positions

    def positions(self, revision_ids: Int64Array) -> NDArray[np.uint32]:
        """Return the positions of these revisions, in their order; revisions that are not served are left out."""
        before, by_revision = self._by_revision
        positions = by_revision[np.clip(revision_ids - before, 0, len(by_revision) - 1)]
        served: NDArray[np.uint32] = positions[positions != NO_POSITION]
        return served

    def positions_or_none(self, revision_ids: Sequence[int]) -> list[int | None]:
        """Return the position of each of these revisions, None for one that is not served."""
        before, by_revision = self._by_revision
        wanted = np.array(revision_ids, np.int64)
        positions = by_revision[np.clip(wanted - before, 0, len(by_revision) - 1)].tolist()
        return [None if position == NO_POSITION else position for position in positions]

    @cached_property
    def _by_article(self) -> NDArray[np.uint32]:
        """The positions in order of article id."""
        return np.argsort(self.columns.article_ids).astype(np.uint32)

    def position_of(self, article: int) -> int | None:
        """Return the position of an article id, None if it is not served."""
        # The ids themselves in order would take twice the memory of their positions, and save some microseconds.
        article_ids, positions = self.columns.article_ids.data, self._by_article.data
        at = bisect_left(positions, article, key=article_ids.__getitem__)
        position = positions[at] if at < len(positions) else None
        return position if position is not None and article_ids[position] == article else None

    def revision_of(self, article: int) -> int | None:
        """Return the revision that is served for an article id, None if there is none."""
        position = self.position_of(article)
        return None if position is None else int(self.columns.order[position])

    def public_ids(self, positions: BitMap) -> list[bytes]:
        """Return the public ids at these positions, in their order."""
        joined = article_ids(self.columns.article_ids[positions_of(positions)]).tobytes()
        return [joined[at : at + ID_LENGTH] for at in range(0, len(joined), ID_LENGTH)]

    def revisions(self, positions: Iterable[int]) -> list[int]:
        """Return the revisions at these positions, in their order."""
        order = self.columns.order
        return [int(order[position]) for position in positions]
