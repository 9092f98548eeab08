"""The questions of the benchmark: what each searches for, each search once, without the language of any engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, count, cycle, islice
from urllib.parse import quote

from app.models import ACTOR_TYPES
from tests.bench.corpus import FIRST_DAY, LAST_DAY, entity, word

FACETS = ("source", "actor", "place")
PAGE = 20
SEARCHES = 200
"""Maximum number of searches of a question; a small corpus has fewer."""

MAX_DEPTH = 200_000
"""Articles before the deep page: ten thousand pages; in a small corpus half of its articles."""

SYLLABLE_LENGTH = 3
"""Letters of a syllable that is long enough for a prefix."""

YEAR = 2012

SPELLINGS = 100
"""Spellings of a view: its name has at least seven letters, each plain or escaped."""


class Form(StrEnum):
    """How the words of a search belong together."""

    ALL = "all"
    ANY = "any"
    PREFIX = "prefix"
    PHRASE = "phrase"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Search:
    """What one search requires: entities by rank, a source by number, days from first to last, words by rank."""

    actors: tuple[int, ...] = ()
    source: int | None = None
    days: tuple[int, int] | None = None
    words: tuple[int, ...] = ()

    @property
    def actor_ids(self) -> list[str]:
        """The ids of the entities."""
        return [entity(rank).id for rank in self.actors]

    @property
    def source_id(self) -> str | None:
        """The id of the source."""
        return None if self.source is None else f"outlet-{self.source:03}"

    @property
    def terms(self) -> list[str]:
        """The words."""
        return [word(rank) for rank in self.words]


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of search: for total, page and three facets, or an export; with the searches that are asked one by one."""

    name: str
    searches: tuple[Search, ...]
    form: Form = Form.ALL
    relevance: bool = False
    deep: bool = False
    export: bool = False

    @property
    def has_words(self) -> bool:
        """Whether the text index is asked."""
        return bool(self.searches[0].words)

    def query(self, search: Search) -> str:
        """Return the words of a search in the query language of Dateline, which FTS5 understands, too."""
        words = search.terms
        forms = {
            Form.ALL: " ".join(words),
            Form.ANY: " OR ".join(words),
            Form.PREFIX: f"{words[0][:-1]}*",
            Form.PHRASE: f'"{" ".join(words)}"',
            Form.NEAR: f"NEAR({' '.join(words)}, 5)",
        }
        return forms[self.form]


def actors_from(rank: int) -> Iterator[int]:
    """Yield the ranks of entities that can act, starting from this one."""
    return (at for at in count(rank) if entity(at).type in ACTOR_TYPES)


def questions(size: int) -> list[Question]:
    """Return the table of questions; in a small corpus they use values that occur a few times."""
    max_rank = _rarest(size)
    first_ranks = min(1_000, max_rank // 4), min(4_000, max_rank * 3 // 5)
    frequent = tuple(islice(actors_from(0), 30))
    rare, rarer = (tuple(islice(actors_from(rank), min(SEARCHES, max(1, max_rank // 4)))) for rank in first_ranks)
    sources = max(1, min(90, size // 100))
    half = [(rank,) for rank in range(3, 19)]
    # Half of the pairs each, since what one question has found may be remembered for the next one.
    pairs = sorted(combinations(range(2, 24), 2), key=sum)
    syllables = [(rank,) for rank in range(110) if len(word(rank)) == SYLLABLE_LENGTH + 1]
    return [
        Question("latest", tuple(Search(days=(FIRST_DAY - at, LAST_DAY)) for at in range(SEARCHES))),
        Question("frequent actor", tuple(Search((rank,)) for rank in islice(actors_from(0), min(SEARCHES, max_rank)))),
        Question("two actors and a year", tuple(map(_with_year, islice(combinations(frequent, 2), SEARCHES), count()))),
        Question("frequent and rare actor", tuple(Search((frequent[at % 5], rank)) for at, rank in enumerate(rare))),
        Question("rare actor", tuple(Search((rank,)) for rank in rarer)),
        Question("source and actor", tuple(Search((frequent[at % 30],), at % sources) for at in range(SEARCHES))),
        Question("a year alone", tuple(Search(days=_year(at)) for at in range(SEARCHES))),
        Question("rare word", tuple(Search(words=(rank,)) for rank in range(20_000, 20_000 + SEARCHES))),
        Question("two rare words", tuple(Search(words=(rank, rank + 500)) for rank in range(1_000, 1_000 + SEARCHES))),
        Question(
            "middling word, an actor", tuple(Search((frequent[0],), words=(r,)) for r in range(200, 200 + SEARCHES))
        ),
        Question("word of half the corpus", tuple(Search(words=words) for words in half)),
        Question("two of them", tuple(Search(words=words) for words in pairs[::2])),
        Question("the same by relevance", tuple(Search(words=words) for words in pairs[1::2]), relevance=True),
        Question(
            "any of ten words",
            tuple(Search(words=tuple(range(at, 1_000 + at, 100))) for at in range(4, 54)),
            Form.ANY,
        ),
        Question("a prefix of 455 words", tuple(Search(words=words) for words in syllables), Form.PREFIX),
        Question("a phrase of frequent words", tuple(Search(words=words) for words in pairs), Form.PHRASE),
        Question("frequent words, near", tuple(Search(words=words) for words in pairs), Form.NEAR),
        Question("page 10,000 deep", (Search(),), deep=True),
        Question("export of a tenth", (Search(days=_year(85)),), export=True),
    ]


def _with_year(actors: tuple[int, ...], number: int) -> Search:
    return Search(actors, days=_year(number))


def _year(number: int) -> tuple[int, int]:
    """Return first and last day of a year of 365 days, another one for each of the first 3,000 numbers."""
    first = FIRST_DAY + number * 13 % (LAST_DAY - FIRST_DAY - 365)
    return first, first + 364


def _rarest(size: int) -> int:
    """Return the approximate highest rank of an entity that is named a few times in a corpus of this size."""
    return int((size / 9) ** 1.1)


def depth(size: int) -> int:
    """Return the number of articles before the deep page of a corpus."""
    return max(1, min(MAX_DEPTH, size // 2))


def respelled(path: str) -> Iterator[str]:
    """Yield a path in SPELLINGS equivalent spellings, each with other letters escaped, so that no cache knows it."""
    prefix, remainder = path[:4], path[4:]
    for turn in range(SPELLINGS):
        bits = cycle(f"{turn:07b}")
        yield prefix + "".join(f"%{ord(c):02x}" if c.isalpha() and next(bits) == "1" else c for c in remainder)


def views(size: int, article: str) -> dict[str, str]:
    """Return the request paths of the other views by name; `article` is the id of any article."""
    (frequent, other), (rare,) = islice(actors_from(0), 2), islice(actors_from(min(400, _rarest(size) // 2)), 1)
    often, also, seldom = (entity(rank).id for rank in (frequent, other, rare))
    return {
        "timeline of all by month": "/v1/timeline?interval=month",
        "timeline of all by day": "/v1/timeline?interval=day",
        "timeline of an actor, by source": f"/v1/timeline?interval=month&by=source&top=10&actor={often}",
        "timeline of a year, by actor": f"/v1/timeline?interval=week&by=actor&top=10&from={YEAR}&to={YEAR}",
        "network of all, 50 nodes": "/v1/network?nodes=50&edges=200",
        "network of an actor, 50 nodes": f"/v1/network?nodes=50&edges=200&actor={often}",
        "network of a rare actor, 50 nodes": f"/v1/network?nodes=50&edges=200&actor={seldom}",
        "related to a frequent actor": f"/v1/entities/{often}/related",
        "related to it, unusual first": f"/v1/entities/{also}/related?sort=lift",
        "related to a rare actor": f"/v1/entities/{seldom}/related?sort=npmi",
        "compare all": "/v1/compare",
        "compare an actor": f"/v1/compare?actor={often}",
        "compare a year": f"/v1/compare?from={YEAR}&to={YEAR}",
        "entities by lift": f"/v1/entities?sort=lift&actor={also}",
        "one frequent entity": f"/v1/entities/{often}",
        "suggest": "/v1/suggest?prefix=" + quote(entity(frequent).name[:3]),
        "suggest with a typo": "/v1/suggest?prefix=" + quote(entity(other).name[1:6]),
        "similar articles": f"/v1/articles/{article}/similar",
        "highlights": f"/v1/articles?highlight=true&actor={often}&q={word(40)}",
    }
