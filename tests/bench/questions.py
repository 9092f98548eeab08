"""The questions of the benchmark, each as a request to Dateline and Datasette and as plain SQL."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, count, cycle, islice, product
from urllib.parse import quote, urlencode

from app.models import ACTOR_TYPES
from tests.bench.corpus import entity, word

FACETS = ("source", "actor", "place")
PAGE = 20
SPELLINGS = 100
"""Spellings of a view: its name has at least seven letters, each plain or escaped."""

AGAIN = 1 << 15
"""The spelling of repeated questions: its first bit, which no turn reaches."""

MAX_DEPTH = 200_000
"""Articles before the deep page: ten thousand pages; in a small corpus half of its articles."""

YEAR = 2012

SYLLABLE_LENGTH = 3
"""Letters of a syllable that is long enough for a prefix."""


def actors_from(rank: int) -> Iterator[int]:
    """Yield the ranks of entities that can act, starting from this one."""
    return (at for at in count(rank) if entity(at).type in ACTOR_TYPES)


def _all(words: Sequence[str]) -> str:
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Question:
    """A search; each of its filters has one or more values, which alternate.

    `actors` are sets of ranks of entities, `sources` numbers, `months` the first of twelve months as (year, month),
    `words` sets of ranks, written into a query as `form` has it, which is the same for FTS5.
    """

    name: str
    actors: tuple[tuple[int, ...], ...] = ((),)
    sources: tuple[int, ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    words: tuple[tuple[int, ...], ...] = ()
    form: Callable[[Sequence[str]], str] = _all
    again: bool = False
    relevance: bool = False
    deep: bool = False
    export: bool = False

    @property
    def is_filter_only(self) -> bool:
        """Whether the question has neither words nor an export."""
        return not self.words and not self.export

    def parameters(self, turn: int = 0) -> list[tuple[str, str]]:
        """Return the filters as query parameters of Dateline, without page and facets."""
        pairs = [("actor", id_) for id_ in self._actors(turn)]
        pairs += [("source", id_) for id_ in self._sources(turn)]
        for begin, _, last in self._days(turn):
            pairs += [("from", begin), ("to", last)]
        if self.words:
            pairs.append(("q", self.text(turn)))
        return pairs + ([("sort", "relevance")] if self.relevance else [])

    def _actors(self, turn: int) -> list[str]:
        return [entity(rank).id for rank in self.actors[turn % len(self.actors)]]

    def _sources(self, turn: int) -> list[str]:
        return [f"outlet-{self.sources[turn % len(self.sources)]:03}"] if self.sources else []

    def _days(self, turn: int) -> list[tuple[str, str, str]]:
        """Return the first month, the month after the last one, and the last month; an empty list for all days."""
        if not self.months:
            return []
        year, month = self.months[turn % len(self.months)]
        last = f"{year}-12" if month == 1 else f"{year + 1}-{month - 1:02}"
        return [(f"{year}-{month:02}", f"{year + 1}-{month:02}", last)]

    def text(self, turn: int = 0) -> str:
        """Return the words of a turn."""
        return self.form([word(rank) for rank in self.words[turn % len(self.words)]])

    def paths(self, cursor: str | None = None, *, spelling: int = 0) -> Iterator[str]:
        """Yield the request paths of the question turn by turn, spelled differently each time.

        So no response comes from the response cache; what several questions share may come from memory. Another
        `spelling` requests the same again in other letters.
        """
        for turn in count():
            filters = urlencode(self.parameters(turn))
            if self.export:
                yield f"/v1/articles.csv?{filters}"
                continue
            paging = f"limit={PAGE}" + (f"&cursor={cursor}" if cursor else "")
            facets = FACETS[: 1 + turn % 3] if self.again else FACETS
            yield f"/v1/articles?{filters}&{paging}&{_spelled(facets, turn + spelling)}".replace("?&", "?")

    def where(self, turn: int = 0) -> tuple[str, list[str | int]]:
        """Return the filters as a condition of SQL, and its values."""
        values: list[str | int] = list(self._actors(turn))
        conditions = ["id IN (SELECT article_id FROM article_entity WHERE entity_id = ?)"] * len(values)
        for source in self._sources(turn):
            conditions.append("source_id = ?")
            values.append(source)
        for begin, after_last, _ in self._days(turn):
            conditions.append("published >= ? AND published < ?")
            values += [begin, after_last]
        if self.words:
            conditions.append("id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)")
            values.append(self.text(turn))
        return " AND ".join(conditions) or "1", values

    def datasette(self, after: tuple[str, int] | None = None) -> str | None:
        """Return the path of Datasette's table view; None if it has no such order or query."""
        # Its search box quotes all words.
        if self.relevance or self.form is not _all:
            return None
        # It applies only one of two `_through` filters; SQL conditions, which it also accepts, can express both.
        condition = "id IN (SELECT article_id FROM article_entity WHERE entity_id = '{}')"
        pairs = [("_where", condition.format(id_)) for id_ in self._actors(0)]
        pairs += [("source_id", id_) for id_ in self._sources(0)]
        for begin, after_last, _ in self._days(0):
            pairs += [("published__gte", begin), ("published__lt", after_last)]
        if self.words:
            pairs.append(("_search", self.text()))
        pairs += [("_col", name) for name in ("source_id", "title", "url", "published", "actors", "places")]
        if self.export:
            return "/rival/article.csv?" + urlencode([*pairs, ("_stream", "on"), ("_size", "max")])
        pairs += [("_sort_desc", "published"), ("_size", str(PAGE)), ("_facet", "source_id")]
        pairs += [("_facet_array", "actors"), ("_facet_array", "places")]
        if after:
            pairs.append(("_next", f"{quote(after[0])},{after[1]}"))
        return "/rival/article.json?" + urlencode(pairs)


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


def respelled(path: str) -> Iterator[str]:
    """Yield a path in SPELLINGS equivalent spellings, each with other letters escaped."""
    prefix, remainder = path[:4], path[4:]
    for turn in range(SPELLINGS):
        bits = iter(f"{turn:07b}")
        yield prefix + "".join(f"%{ord(c):02x}" if c.isalpha() and next(bits, "0") == "1" else c for c in remainder)


def _spelled(facets: Sequence[str], turn: int) -> str:
    """Return the facets in an equivalent spelling, with other letters escaped each turn."""
    bits = cycle(f"{turn:016b}")
    return "&".join(
        "facet=" + "".join(f"%{ord(letter):02x}" if next(bits) == "1" else letter for letter in facet)
        for facet in facets
    )


def _any(words: Sequence[str]) -> str:
    return " OR ".join(words)


def _prefix(words: Sequence[str]) -> str:
    """Return a word without its last letter as a prefix: a syllable, with which 455 words begin."""
    return f"{words[0][:-1]}*"


def _near(words: Sequence[str]) -> str:
    return f"NEAR({' '.join(words)}, 5)"


def _phrase(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _rarest(size: int) -> int:
    """Return the approximate highest rank of an entity that is named a few times in a corpus of this size."""
    return int((size / 9) ** 1.1)


def questions(size: int) -> list[Question]:
    """Return the table of single queries; in a small corpus they use values that occur a few times."""
    frequent = tuple(islice(actors_from(0), 10))
    max_rank = _rarest(size)
    first_ranks = min(1_000, max_rank // 2), min(4_000, max_rank)
    rare, rarer = (tuple(islice(actors_from(rank), 50)) for rank in first_ranks)
    months = tuple(product(range(2006, 2015), range(1, 13)))
    year = ((YEAR, 1),)
    sources = tuple(range(3, 3 + min(20, size // 100)))
    common = tuple(combinations(range(4, 12), 2))
    syllables = tuple((rank,) for rank in range(110) if len(word(rank)) == SYLLABLE_LENGTH + 1)
    return [
        Question("latest"),
        Question("one frequent actor", tuple((rank,) for rank in frequent)),
        Question("two actors and a year", tuple(combinations(frequent, 2)), months=months),
        Question("frequent and rare actor", tuple(product(frequent[:1], rare))),
        Question("rare actor", tuple((rank,) for rank in rarer)),
        Question("source and actor", tuple((rank,) for rank in frequent[:3]), sources=sources),
        Question("a year alone", months=months),
        Question("rare words", words=tuple((rank, rank + 500) for rank in range(1_000, 1_050))),
        Question("middling words, an actor", (frequent[:1],), words=tuple((r, r + 100) for r in range(200, 250))),
        Question("words of half the corpus", words=common),
        Question("the same words again", words=common[:1], again=True),
        Question("the same by relevance", words=common, relevance=True),
        Question("any of ten words", words=tuple(tuple(range(at, 500 + at, 50)) for at in range(4, 54)), form=_any),
        Question("a prefix of 455 words", words=syllables, form=_prefix),
        Question("words of half the corpus, near", words=common, form=_near),
        Question("a phrase of them", words=common, form=_phrase),
        Question("page 10,000 deep", deep=True),
        Question("export of a tenth", months=year, export=True),
    ]
