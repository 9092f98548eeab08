"""Articles that have nearly everything in common stay the same articles, however they come home.

Everything here is in memory: the plan of a load, without a database.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.labels import SourceLabel, exported_id_key
from app.models import TextKind
from app.search.sql.rows import record_id
from seed.pipeline.article_matching import KnownArticles
from seed.pipeline.batch_plan import BatchPlan, identify_batch, plan_batch
from seed.pipeline.merge import Content
from seed.pipeline.registry import Registry
from seed.records import RawArticle
from tests.conftest import SOAK
from tests.seed.loading import SOURCES, report

LONG = "The ferry of the harbour company sails at noon and at six. " * 5

TITLES = ("Daily brief", "Daily brief", "Tide", "\U0001f6a2 sails", "???")
OUTLETS = ("The Quay", "The Quay", "harbour-gazette.example", "The Harbour Gazette")
DAYS = (None, "2019", "2019-03", "2019-03-04", "2019-03-04", "2019-03-05")


def source_label_of(name: str) -> SourceLabel:
    """Return the source of a name, of which an outlet may have several."""
    entry = SOURCES.resolve(name)
    return SourceLabel(entry.id, entry.name)


def colliding_records(random_: random.Random) -> list[RawArticle]:
    """Return records that share titles, texts, days, ids and URLs."""
    return [
        report(
            random_.choice(TITLES),
            source=random_.choice(OUTLETS),
            text=random_.choice([LONG, f"{LONG}\U0001f6a2", "Short.", "\U0001f6a2 Short.", f"Text {number}."]),
            on=random_.choice(DAYS),
            id=random_.choice([None, "1", "2", f"n{number}"]),
            url=random_.choice([None, f"https://a.example/{random_.randint(1, 3)}", f"https://b.example/{number}"]),
        )
        for number in range(random_.randint(2, 14))
    ]


class Collection:
    """The articles and keys of a database."""

    def __init__(self, other: "Collection | None" = None) -> None:
        self.keys: dict[str, str] = dict(other.keys) if other else {}
        self.contents: dict[str, Content] = dict(other.contents) if other else {}

    def load(self, records: Sequence[RawArticle]) -> BatchPlan:
        """Load records in one batch."""
        batch = identify_batch(records, Registry(), source_label_of)
        exported = frozenset(id_ for article in batch.articles for id_ in article.keys.public_ids)
        known = KnownArticles(self.keys, self.contents, used_ids=frozenset(self.contents), exported_ids=exported)
        plan = plan_batch(batch, known)
        assert plan.refusals == ()
        self.keys |= dict(plan.new_keys)
        self.contents |= plan.contents
        return plan

    def keys_of(self, article: str) -> tuple[str, ...]:
        """Return the keys that an article shows."""
        keys = (key for key, owner in self.keys.items() if owner == article)
        return tuple(sorted(key for key in keys if key != exported_id_key(article)))

    def export(self, kind: str) -> list[RawArticle]:
        """Return the records of an export: with all keys, with ids, without them, or with leads as in a feed."""
        return [self._exported(kind, article, content) for article, content in sorted(self.contents.items())]

    def _exported(self, kind: str, article: str, content: Content) -> RawArticle:
        keys, names = self.keys_of(article), {source_label_of(name).id: name for name in OUTLETS}
        record = replace(
            report(content.title, source=names[content.source_id], text=content.text, url=content.url),
            published=content.published,
            text_kind=content.text_kind,
            public_id=article,
        )
        if kind == "leads":
            return replace(record, text="Lead.", text_kind=TextKind.DIGEST, is_lead=True)
        record = replace(record, other_urls=content.other_urls)
        if kind == "no ids":
            return record
        record = replace(record, id=record_id(keys, content.source_id))
        return record if kind == "ids" else replace(record, record_keys=keys, exported_source=content.source_id)


KINDS = ("keys", "ids", "no ids", "leads")


@pytest.mark.unmeasured
@pytest.mark.parametrize("kind", KINDS)
def test_articles_that_collide_come_home_as_they_were(kind: str) -> None:
    """In any order and any batches, and the original files then find them again, unless keys were left out."""
    for seed in range(25 * SOAK):
        random_ = random.Random(seed)
        records = colliding_records(random_)
        first, second = Collection(), Collection()
        middle = random_.randint(0, len(records))
        first.load(records[:middle])
        first.load(records[middle:])
        exported = first.export(kind)
        random_.shuffle(exported)
        size = random_.choice([1, 2, len(exported)])
        batches = [exported[start : start + size] for start in range(0, len(exported), size)]
        plans = [second.load(batch) for batch in batches]
        assert [(plan.loaded, plan.renamed) for plan in plans] == [(len(batch), ()) for batch in batches], seed
        assert second.contents.keys() == first.contents.keys()
        assert second.load(exported).unchanged == len(exported)
        home = Collection(first)
        plans = [home.load(batch) for batch in batches]
        assert home.contents.keys() == first.contents.keys()
        assert not any(plan.renamed for plan in plans)
        if kind == "leads":
            continue
        assert home.contents == first.contents
        assert second.contents == first.contents
        if kind == "keys":
            assert [*map(second.keys_of, sorted(second.contents))] == [*map(first.keys_of, sorted(first.contents))]
            expected = first.load(records)
            plan = second.load(records)
            assert (plan.loaded, plan.updated, plan.unchanged) == (0, expected.updated, expected.unchanged)
            assert second.contents == first.contents
