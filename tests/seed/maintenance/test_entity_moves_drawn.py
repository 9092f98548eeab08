"""Drawn articles that are annotated again and again by other rules and lexicons, compared with plain Python.

Every id that was ever given must lead to what the article names at its place now.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from starlette.testclient import TestClient

from app.labels import bearer_id
from app.models import EntityType, MentionKind
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, NameForm
from seed.maintenance.reannotate import reannotate
from seed.pipeline.context import Resources
from seed.records import Annotation, ExtractedMention, LocalEntity
from tests.conftest import app_for
from tests.seed.loading import SOURCES, load_into, report, writing

pytestmark = pytest.mark.unmeasured

NAMES = ["Ada", "Bo", "Cy", "Di"]
PERSON = EntityType.PERSON

Ids = Mapping[str, str]
"""The stored id of each name that an article has and that the rules find."""


@dataclass
class Rules:
    """What each name means in articles with and without the word "Vellandia"; a title can be part of a mention."""

    ids: dict[tuple[str, bool], str | None]
    with_title: bool

    @classmethod
    def draw(cls, rng: random.Random) -> "Rules":
        ids = {}
        for name in NAMES:
            lower, other = name.lower(), rng.choice(NAMES).lower()
            for has_context in (False, True):
                ids[name, has_context] = rng.choice(
                    [f"{lower}--", f"{lower}--", f"{lower}--vellandia", f"{lower}--navy", lower, f"the-{other}", None]
                )
        return cls(ids, rng.random() < 0.5)

    def find(self, text: str) -> Iterator[tuple[str, int, int, str]]:
        """Yield the name, the span and the id of each mention."""
        for match in re.finditer(r"(?:Mr )?(\w+)", text):
            id_ = self.ids.get((match[1], "Vellandia" in text))
            if id_ is not None:
                yield match[1], match.start() if self.with_title else match.start(1), match.end(), id_

    def annotate(self, *, title: str | None, text: str, outlet: str | None = None) -> Annotation:
        """Return the mentions of a text, as an annotator does."""
        mentions = [
            ExtractedMention("text", start, end, text[start:end], PERSON, MentionKind.NAME, id_, "drawn", 1.0)
            for _, start, end, id_ in self.find(text)
        ]
        local = {id_: LocalEntity(id_, name, PERSON) for name, _, _, id_ in self.find(text) if "--" in id_}
        return Annotation(mentions=mentions, entities=tuple(local.values()))


@dataclass
class History:
    """What articles named at each annotation, and what that makes of each id that was given."""

    moved: dict[str, set[str]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    named: dict[str, Ids] = field(default_factory=dict)

    def annotate(self, named: dict[str, Ids]) -> None:
        """Take what each article names now, by public id of the article."""
        now = {id_ for ids in named.values() for id_ in ids.values()}
        for article, ids in self.named.items():
            for name, id_ in ids.items():
                is_bearer = id_.endswith("--")
                if id_ in (named[article].values() if is_bearer else now):
                    continue
                self.moved.setdefault(public(id_, article), set())
                if (successor := named[article].get(name)) is not None:
                    self.moved[public(id_, article)].add(public(successor, article))
        for article, ids in named.items():
            for id_ in ids.values():
                self.given.add(public(id_, article))
                self.moved.pop(public(id_, article), None)
        self.named = named

    def articles(self, id_: str) -> set[str]:
        """Return the articles that name an entity now."""
        return {article for article, ids in self.named.items() if id_ in {public(own, article) for own in ids.values()}}

    def current(self, id_: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """Return the ids that an id means now."""
        if id_ not in self.moved or (not self.moved[id_] and not is_bearer_of_article(id_)):
            return {id_}
        return {
            end for other in self.moved[id_] if other not in seen for end in self.current(other, seen | {id_, other})
        }


def public(id_: str, article: str) -> str:
    return str(bearer_id(id_, article))


def is_bearer_of_article(id_: str) -> bool:
    return re.fullmatch(".*--[0-9a-z]{12}", id_) is not None


def resources(rules: Rules, texts: Mapping[str, str]) -> Resources:
    """Return these rules, with a lexicon of what they find in these texts and no article calls local."""
    ids = {(id_, name) for text in texts.values() for name, _, _, id_ in rules.find(text) if "--" not in id_}
    entities = {id_: LexiconEntity(id_, PERSON, name, None, (NameForm(name, MentionKind.NAME),)) for id_, name in ids}
    return Resources(Lexicon(entities), cast("Annotator", rules), SOURCES)


def draw_texts(rng: random.Random) -> dict[str, str]:
    """Return texts by title: each has each name at most once."""
    texts = {}
    for number in range(8):
        names = [rng.choice(["", "Mr "]) + name for name in rng.sample(NAMES, rng.randrange(1, 4))]
        texts[f"Report {number}"] = " met ".join(names) + rng.choice([" in Vellandia.", " at sea."])
    return texts


@pytest.mark.parametrize("number", range(3))
def test_every_id_leads_to_what_is_named_at_its_place(database: Path, number: int) -> None:
    rng = random.Random(number)
    texts = draw_texts(rng)
    history = History()
    rules = Rules.draw(rng)
    load_into(
        database,
        [report(title, text=text) for title, text in texts.items()],
        resources=resources(rules, texts),
    )
    with TestClient(app_for(database)) as client:
        items = client.get("/v1/articles", params={"limit": 100}).json()["items"]
        articles = {item["id"]: texts[item["title"]] for item in items}
        assert len(articles) == len(texts)
        for _ in range(4):
            history.annotate(
                {id_: {name: own for name, _, _, own in rules.find(text)} for id_, text in articles.items()}
            )
            for id_ in sorted(history.given):
                assert_leads_to(client, history, id_)
            rules = Rules.draw(rng)
            with writing(database) as engine:
                reannotate(engine, resources(rules, texts))


def assert_leads_to(client: TestClient, history: History, id_: str) -> None:
    current = sorted(history.current(id_))
    answer = client.get(f"/v1/entities/{id_}", follow_redirects=False)
    if current in ([id_], []):
        assert (answer.status_code, answer.json()["articles"]) == (200, len(history.articles(id_))), id_
    elif len(current) == 1:
        assert (answer.status_code, answer.headers["Location"]) == (308, current[0]), id_
    else:
        assert (answer.status_code, answer.json()["split_into"]) == (410, current), id_
    found = client.get("/v1/articles", params={"actor": id_, "limit": 100}).json()
    assert {item["id"] for item in found["items"]} == set().union(*map(history.articles, current)), id_
