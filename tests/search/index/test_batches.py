"""Batches that follow each other: what they change together."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.index.batches import ArticleBatch, CategoricalColumn, concatenate, merge, time_order
from app.search.index.parts import decode_batch, encode_batch, split
from app.search.index.snapshot import Snapshot
from app.search.index.snapshot_builder import build_snapshot
from tests.conftest import SOAK
from tests.search.index.test_snapshot_builder import EVENTS, NOW, Events, Row, batch_of, contents_of, labels


def batches_of(events: Events, cuts: Sequence[int]) -> list[ArticleBatch]:
    """Return the events as batches, which begin at these cuts; a row after a removal brings the article back."""
    batches = []
    for start, stop in pairwise([0, *sorted(cuts), len(events)]):
        last = {event if isinstance(event, int) else event.article: event for _, event in events[start:stop]}
        rows = [(number, event) for number, event in events[start:stop] if isinstance(event, Row)]
        batches.append(batch_of(rows, {article for article, event in last.items() if isinstance(event, int)}))
    return batches


@settings(max_examples=20 * SOAK, deadline=None)
@given(EVENTS, st.lists(st.integers(0, 30), max_size=4), st.integers(200, 900))
def test_merged_batches_change_the_same(history: list[Row | int], cuts: list[int], part_bytes: int) -> None:
    """As the batches one after another, also when they are split into parts and put together again."""
    events = list(enumerate(history, start=1))
    known = labels([(number, row) for number, row in events if isinstance(row, Row)])
    batches = batches_of(events, [min(cut, len(events)) for cut in cuts])
    snapshot = Snapshot.unpublished()
    for batch in batches:
        snapshot = build_snapshot(snapshot, known, batch, NOW)
    wanted = contents_of(snapshot)
    merged = merge(batches)
    assert contents_of(build_snapshot(Snapshot.unpublished(), known, merged, NOW)) == wanted
    assert contents_of(build_snapshot(build_snapshot(snapshot, known, merged, NOW), known, merged, NOW)) == wanted
    parts = [decode_batch(encode_batch(part)) for part in split(merged, part_bytes)]
    joined = concatenate([*parts, ArticleBatch.empty()])
    assert len(joined) == len(merged) == len(snapshot)
    assert contents_of(build_snapshot(Snapshot.unpublished(), known, joined, NOW)) == wanted


def test_nothing_changes_nothing() -> None:
    merged = merge([])
    assert (len(merged), len(merged.removed), len(merged.log.versions)) == (0, 0, 0)
    assert list(split(merged)) == []


def test_values_keep_their_names_when_columns_are_joined() -> None:
    """Values without a name have none; names that no value has disappear."""
    columns = [CategoricalColumn.of(["b", None, "a"]), CategoricalColumn.of([]), CategoricalColumn.of(["c", "b"])]
    joined = CategoricalColumn.joined(columns)
    assert (list(joined.names), joined.codes.tolist()) == (["a", "b", "c"], [2, 0, 1, 3, 2])
    taken = joined.take(np.array([1, 3]))
    assert (list(taken.names), taken.codes.tolist()) == (["c"], [0, 1])


def test_ties_are_in_order_of_id() -> None:
    """Rows that are in order are found to be."""
    row = Row(5, 737000, 9, "reef-post", None, "day", (), frozenset())
    columns = batch_of([(1, row), (2, row._replace(article=3))]).columns
    assert time_order(columns).tolist() == [0, 1]
    assert columns.article_ids.tolist() == [3, 5]
    swapped = type(columns)(**{name: column[::-1] for name, column in vars(columns).items()})
    assert time_order(swapped).tolist() == [1, 0]
