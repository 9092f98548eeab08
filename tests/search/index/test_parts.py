"""The parts of the index: canonical bytes, sizes, and what a small change leaves as it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from app.labels import EntityLabel, SourceLabel
from app.models import EntityType, StatementKind
from app.search.index.batches import ArticleBatch
from app.search.index.columns import ChangeLog
from app.search.index.parts import (
    LABELS_PER_PART,
    Manifest,
    PartEntry,
    decode_batch,
    decode_entities,
    decode_log,
    decode_sources,
    encode_batch,
    encode_log,
    label_parts,
    manifest_bytes,
    part_name,
    read_manifest_bytes,
    split,
)
from tests.search.index.test_snapshot_builder import ROWS, Row, batch_of

ROW = Row(1, 737000, 0, "reef-post", "en", "day", ("Bo Ek",), frozenset({"ada", "jo"}))


@given(st.lists(ROWS, max_size=20), st.sets(st.integers(20, 30)), st.randoms(use_true_random=False))
def test_the_same_articles_give_the_same_bytes(rows: list[Row], removed: set[int], random: object) -> None:
    """In whatever order they come."""
    numbered = list(enumerate(rows, start=1))
    newest = list({row.article: (number, row) for number, row in numbered}.values())
    part = encode_batch(batch_of(newest, removed))
    shuffled = newest.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert encode_batch(batch_of(shuffled, removed)) == part
    assert encode_batch(decode_batch(part)) == part


@pytest.mark.parametrize("number", [-1, 0, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**62])
def test_numbers_of_any_size_are_kept(number: int) -> None:
    """In the narrowest type that has room for them."""
    log = ChangeLog(*[np.array([0, number], np.int64)] * 6)
    restored = decode_log(encode_log(log))
    assert [column.tolist() for column in vars(restored).values()] == [[0, number]] * 6
    size = 8 if number < 0 else next(size for size in (1, 2, 4, 8) if number < 256**size)
    assert restored.versions.itemsize == size


def test_what_is_decoded_cannot_be_changed() -> None:
    batch = decode_batch(encode_batch(batch_of([(1, ROW)])))
    with pytest.raises(ValueError, match="read-only"):
        batch.columns.order[0] = 2


def many(count: int) -> ArticleBatch:
    """Return as many articles, in order of time."""
    rows = [ROW._replace(article=number, day=737000 + number) for number in range(1, count + 1)]
    return batch_of(list(enumerate(rows, start=1)))


@pytest.mark.parametrize(("count", "parts"), [(1, 1), (14, 1), (30, 2), (100, 7)])
def test_a_batch_is_split_into_parts_of_about_the_same_size(count: int, parts: int) -> None:
    batch = many(count)
    split_batches = list(split(batch, 1_000))
    assert len(split_batches) == parts
    assert np.concatenate([part.columns.order for part in split_batches]).tolist() == batch.columns.order.tolist()
    sizes = list(map(len, split_batches))
    assert max(sizes) - min(sizes) <= 2


def test_articles_with_many_values_begin_a_part() -> None:
    """One article is never split; statements count, too."""
    heavy = tuple((place, "ada", StatementKind.QUOTATION, frozenset({"jo"})) for place in range(200))
    rows = [ROW._replace(article=number, statements=heavy if number == 3 else ()) for number in range(1, 6)]
    split_batches = list(split(batch_of(list(enumerate(rows, start=1))), 500))
    assert [part.columns.order.tolist() for part in split_batches] == [[1, 2], [3, 4, 5]]


def entities(count: int) -> list[EntityLabel]:
    return [EntityLabel(f"entity-{number:06}", EntityType.PERSON, f"Entity {number}") for number in range(count)]


def test_a_changed_label_changes_one_part() -> None:
    """So does one that is new, or that is gone, unless it ended its part."""
    labels = entities(20 * LABELS_PER_PART)
    parts = label_parts(labels)
    assert 10 < len(parts) < 40
    assert decode_entities(parts) == tuple(labels)
    changed = [*labels[:700], EntityLabel(labels[700].id, EntityType.PLACE, "Amsel"), *labels[701:]]
    assert len({*label_parts(changed)} - {*parts}) == 1
    new = [*labels[:700], EntityLabel("entity-000699a", EntityType.PLACE, "Amsel"), *labels[700:]]
    assert len({*label_parts(new)} - {*parts}) <= 2
    assert len({*label_parts([*labels[:700], *labels[701:]])} - {*parts}) <= 2


def test_sources_have_parts_too() -> None:
    sources = (SourceLabel("bay-courier", "Bay Courier", groups=(("bay", "The Bay"),)),)
    assert decode_sources(label_parts(sources)) == sources
    assert label_parts(()) == []


def test_a_manifest_is_stored_as_json() -> None:
    manifest = Manifest(3, "token", 9, (PartEntry("a", 2),), (PartEntry("b", 1, 1),), ("s",), ("e",), ("l",))
    assert read_manifest_bytes(manifest_bytes(manifest)) == manifest
    assert manifest.articles == ("a", "b")
    assert manifest.names == {"a", "b", "s", "e", "l"}


def test_the_name_of_a_part_is_its_checksum() -> None:
    """Computed with `b2sum -l 128`."""
    assert part_name(b"") == "cae66941d9efbd404e4d88758ea67670"


def test_a_manifest_of_an_earlier_release_knows_no_rows_of_entities() -> None:
    """They only spare a publish the parts that it need not build."""
    manifest = Manifest(3, "token", 9, entities=("e",), entity_rows=("r",))
    earlier = {name: value for name, value in from_json(manifest_bytes(manifest)).items() if name != "entity_rows"}
    assert read_manifest_bytes(to_json(earlier)) == replace(manifest, entity_rows=())
