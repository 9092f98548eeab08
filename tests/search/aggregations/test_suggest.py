"""Those of most articles among many that are found, whether all of them are counted or few."""

from collections import Counter

import pytest
from pyroaring import BitMap

from app.labels import EntityLabel, SourceLabel
from app.search.aggregations.suggest import Suggestions
from tests.search.named_articles import ARTICLES, NAMED, PRINTED_BY, snapshot

SNAPSHOT = snapshot()


@pytest.mark.parametrize("found", [range(ARTICLES), range(20, ARTICLES), range(5), range(0)], ids=str)
@pytest.mark.parametrize("size", [1, 3, 12, 50])
@pytest.mark.parametrize(
    ("prefix", "kinds"), [("e", ()), ("e 2", ()), ("e", ("source",)), ("outl", ()), ("e 1", ("person",))]
)
def test_large_and_small_sets_are_counted_alike(found: range, size: int, prefix: str, kinds: tuple[str, ...]) -> None:
    counts = Counter(f"e{ordinal:02}" for at in found for ordinal in NAMED[at])
    counts += Counter(f"s{PRINTED_BY[at]:02}" for at in found)
    labels: dict[str, tuple[EntityLabel | SourceLabel, ...]] = {
        "person": SNAPSHOT.labels.entity,
        "source": SNAPSHOT.labels.source,
    }
    fitting = [one for kind in kinds or labels for one in labels[kind] if prefix in one.name.lower()]
    expected = sorted(((one.id, counts[one.id]) for one in fitting), key=lambda pair: (-pair[1], pair[0]))
    suggested = Suggestions(SNAPSHOT, BitMap(found), kinds).of(prefix, size)
    assert [(one.label.id, one.articles) for one in suggested] == expected[:size]
