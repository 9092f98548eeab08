"""Hypothesis strategies for small corpora and for searches of them.

The vocabulary has only letters on which Unicode's decomposition and FTS5's `unicode61` agree. Days are few, so that
many dates tie; time zones are far apart, so that the order in UTC differs from the printed one.
"""

from collections.abc import Sequence
from itertools import combinations, cycle
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.oracle import ACTORS, Pairs, Record, printed_on, span

bounded = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same examples in every run, without shrinking, which takes minutes: add `Phase.shrink` to examine a failure."""

Corpus = list[Record]
Values = dict[str, list[str]]

SOURCES = {
    "Alpha Courier": "alpha-courier",
    "Bay Gazette": "bay-gazette",
    "Cliff Herald": "cliff-herald",
    "Dune Ledger": "dune-ledger",
    "Elm Monitor": "elm-monitor",
}

ENTITIES: list[dict[str, Any]] = [
    {"id": "vera-lindqvall", "name": "Vera Lindqvall", "type": "person", "wikidata": "Q990000001"},
    {"id": "otto-brandthal", "name": "Otto Brandthal", "type": "person"},
    {"id": "amsel-harbour-office", "name": "Amsel Harbour Office", "type": "organization", "wikidata": "Q990000002"},
    {"id": "vellandia", "name": "Vellandia", "type": "state", "wikidata": "Q990000003"},
    {"id": "amsel-river-guard", "name": "Amsel River Guard", "type": "armed_group"},
    {"id": "amsel-mirror", "name": "Amsel Mirror", "type": "media", "wikidata": "Q990000004"},
    {"id": "port-amsel", "name": "Port Amsel", "type": "place", "wikidata": "Q990000005"},
    {"id": "kestrelle-9", "name": "Kestrelle 9", "type": "weapon", "wikidata": "Q990000006"},
]

WORDS = ("port", "ships", "Ship", "café", "CAFE", "Élan", "elan", "naïve", "Tu-160", "160", "l’eau", "мир", "amsel")
TITLES = (
    "Night at sea",
    "Élan of the café",
    "Port",
    "160 ships",
    "Мир, naïve",
    "Amsel mirror",
    '=1+1, "so"',
    "Port\u2028by night",
)
FACETS = (
    *("source", "country", "source_kind", "source_group"),
    *("actor", "place", "weapon", "language", "precision", "author", "text_kind"),
)
LANGUAGES = ("en", "en-GB", "pt-BR")
TEXT_KINDS = ("full", "full", "extract", "digest")
AUTHORS = ("Ann Lee", "Bo Ek", "Zoë Ó Briain")
TIMES = ("00:00", "00:30", "12:00", "23:59")
ZONES = ("+00:00", "-05:00", "+11:00", "-11:00", "+05:30")
DAYS = ("2015-10-31", "2015-11-01", "2015-11-02", "2015-12-31", "2016-01-01", "2012-02-29")
RANGE_ENDS = (*DAYS, "2012", "2015", "2016", "2015-10", "2015-11", "2012-02", "2015-12", "0001", "9999-12-31")
PUBLISHED = st.one_of(
    st.sampled_from([None, "2015", "2016", "2015-10", "2015-11", "2015-12"]),
    st.sampled_from(DAYS[:3]),
    st.sampled_from(DAYS),
    st.builds("{}T{}{}".format, st.sampled_from(DAYS), st.sampled_from(TIMES), st.sampled_from(ZONES)),
)

MULTIPLE = (
    "source",
    "actor",
    "any_actor",
    "place",
    "weapon",
    "exclude_source",
    "exclude_actor",
    "language",
    "precision",
    "author",
    "text_kind",
)
PARAMETERS = ("q", "from", "to", *MULTIPLE)
COMBINATIONS = [(name,) for name in PARAMETERS] + list(combinations(PARAMETERS, 2))
"""Every filter alone, and every pair of filters."""


def compose(
    number: int,
    source: str,
    title: str,
    published: str | None,
    language: str | None,
    parts: list[Any],
    authors: Sequence[str] = (),
) -> Record:
    """Return a record whose text consists of these parts: words, and entities with a mention where their name is."""
    text, mentions = "", dict[str, list[list[int]]]()
    for part in parts:
        name = part if isinstance(part, str) else part["name"]
        text += " " if text else ""
        if not isinstance(part, str):
            mentions.setdefault(part["id"], []).append([len(text), len(text) + len(name)])
        text += name
    return {
        "id": f"record-{number}" if number % 2 else None,
        "title": title,
        "source": source,
        "source_id": SOURCES[source],
        "url": f"https://{SOURCES[source]}.example/{number}",
        "published": published,
        "language": language,
        "authors": list(authors),
        "text_kind": "full",
        "text": f"{text}.",
        "entities": [{**entity, "mentions": mentions[entity["id"]]} for entity in ENTITIES if entity["id"] in mentions],
    }


@st.composite
def corpora(draw: st.DrawFn, max_size: int = 25) -> Corpus:
    """Draw up to `max_size` records of up to 5 sources that name up to 8 entities."""
    parts = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(ENTITIES)), max_size=7)
    languages = st.sampled_from([None, *LANGUAGES])
    authors = st.lists(st.sampled_from(AUTHORS), max_size=2, unique=True)
    row = st.tuples(st.sampled_from(list(SOURCES)), st.sampled_from(TITLES), PUBLISHED, languages, parts, authors)
    size = draw(st.integers(0, max_size))
    rows = draw(st.lists(row, min_size=size, max_size=size))
    kinds = cycle(TEXT_KINDS)
    return [
        compose(number, *row) | {"text_kind": kind} for (number, row), kind in zip(enumerate(rows), kinds, strict=False)
    ]


def known_values(corpus: Corpus) -> Values:
    """Return the values that each filter can take in a corpus, by all their names."""
    entities = {entity["id"]: entity for record in corpus for entity in record["entities"]}.values()
    actors = [name for entity in entities if entity["type"] in ACTORS for name in _names(entity)]
    sources = sorted({name for record in corpus for name in (record["source"], record["source_id"])})
    authors = sorted({name for record in corpus for author in record["authors"] for name in (author, author.upper())})
    return {
        "source": sources,
        "exclude_source": sources,
        "actor": actors,
        "any_actor": actors,
        "exclude_actor": actors,
        "place": [name for entity in entities if entity["type"] == "place" for name in _names(entity)],
        "weapon": [name for entity in entities if entity["type"] == "weapon" for name in _names(entity)],
        "language": [*LANGUAGES, "pt", "fr", "none", "*"],
        "precision": ["minute", "day", "month", "year", "none"],
        "text_kind": ["full", "extract", "digest"],
        "author": authors,
    }


def _names(entity: dict[str, Any]) -> list[str]:
    names = [entity["id"], entity["name"], entity["name"].upper()]
    return [*names, entity["wikidata"]] if "wikidata" in entity else names


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Draw a text query of words and phrases, some of them excluded."""
    phrase = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(lambda words: f'"{" ".join(words)}"')
    item = st.builds(str.__add__, st.sampled_from(["", "", "-"]), st.one_of(st.sampled_from(WORDS), phrase))
    return " ".join(draw(st.lists(item, min_size=1, max_size=3)))


@st.composite
def filter_pairs(draw: st.DrawFn, corpus: Corpus) -> dict[str, Pairs]:
    """Draw one or two values for every filter that has values in this corpus; `from` is never after `to`."""
    first, last = draw(st.tuples(st.sampled_from(RANGE_ENDS), st.sampled_from(RANGE_ENDS)).filter(_in_order))
    pairs = {"q": [("q", draw(queries()))], "from": [("from", first)], "to": [("to", last)]}
    for name, values in known_values(corpus).items():
        chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)) if values else []
        pairs[name] = [(name, value) for value in chosen]
    return pairs


def _in_order(ends: tuple[str, str]) -> bool:
    return span(ends[0])[0] <= span(ends[1])[1]


@st.composite
def searches(draw: st.DrawFn, corpus: Corpus) -> Pairs:
    """Draw a search of up to four filters."""
    pairs = draw(filter_pairs(corpus))
    names = draw(st.lists(st.sampled_from(PARAMETERS), max_size=4, unique=True))
    return [pair for name in names for pair in pairs[name]]


def dated_records(corpus: Corpus) -> Corpus:
    """Return the records that have a date."""
    return [record for record in corpus if printed_on(record)]
