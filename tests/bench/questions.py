"""The questions of the benchmark, each as Dateline, Datasette and plain SQL are asked it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, count, cycle
from urllib.parse import quote, urlencode

from app.models import ACTOR_TYPES
from tests.bench.corpus import entity, word

FACETS = ("source", "actor", "place")
PAGE = 20
DEEP = 200_000
"""Articles before the deep page: ten thousand pages; in a small corpus half of it."""

YEAR = 2012


def actor_from(rank: int) -> int:
    """Return the first rank, from this one on, whose entity can act."""
    return next(at for at in count(rank) if entity(at).type in ACTOR_TYPES)


@dataclass(frozen=True, slots=True)
class Question:
    """A search: ranks of entities, the number of a source, a year, and words by rank; several pairs take turns."""

    name: str
    actors: tuple[int, ...] = ()
    source: int | None = None
    years: tuple[int, int] | None = None
    words: tuple[tuple[int, ...], ...] = ()
    again: bool = False
    relevance: bool = False
    deep: bool = False
    export: bool = False

    @property
    def filter_only(self) -> bool:
        """Whether neither words nor a stream are asked for."""
        return not self.words and not self.export

    def parameters(self, turn: int = 0) -> list[tuple[str, str]]:
        """Return the filters as Dateline is asked, without page and facets."""
        found = [("actor", entity(rank).id) for rank in self.actors]
        if self.source is not None:
            found.append(("source", f"outlet-{self.source:03}"))
        if self.years:
            found += [("from", str(self.years[0])), ("to", str(self.years[1]))]
        if self.words:
            found.append(("q", self.text(turn)))
        return found + ([("sort", "relevance")] if self.relevance else [])

    def text(self, turn: int = 0) -> str:
        """Return the words of a turn."""
        return " ".join(word(rank) for rank in self.words[turn % len(self.words)])

    def paths(self, cursor: str | None = None) -> Iterator[str]:
        """Yield the question as Dateline is asked it, written differently each time: no answer is given from memory.

        Where other words are asked each time, the text search is new, too.
        """
        for turn in count():
            filters = urlencode(self.parameters(turn))
            if self.export:
                yield f"/v1/articles.csv?{filters}"
                continue
            rest = f"limit={PAGE}" + (f"&cursor={cursor}" if cursor else "")
            facets = FACETS[: 1 + turn % 3] if self.again else FACETS
            yield f"/v1/articles?{filters}&{rest}&{_written(facets, turn)}".replace("?&", "?")

    def where(self, turn: int = 0) -> tuple[str, list[str | int]]:
        """Return the filters as a condition of SQL, and its values."""
        conditions = ["id IN (SELECT article_id FROM article_entity WHERE entity_id = ?)"] * len(self.actors)
        values: list[str | int] = [entity(rank).id for rank in self.actors]
        if self.source is not None:
            conditions.append("source_id = ?")
            values.append(f"outlet-{self.source:03}")
        if self.years:
            conditions.append("published >= ? AND published < ?")
            values += [str(self.years[0]), str(self.years[1] + 1)]
        if self.words:
            conditions.append("id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)")
            values.append(self.text(turn))
        return " AND ".join(conditions) or "1", values

    def datasette(self, after: tuple[str, int] | None = None) -> str | None:
        """Return the path of Datasette's table view; None where it has no such order."""
        if self.relevance:
            return None
        # Of two `_through` filters it takes one; a condition of SQL, which it allows as well, takes both.
        named = "id IN (SELECT article_id FROM article_entity WHERE entity_id = '{}')"
        asked = [("_where", named.format(entity(rank).id)) for rank in self.actors]
        if self.source is not None:
            asked.append(("source_id", f"outlet-{self.source:03}"))
        if self.years:
            asked += [("published__gte", str(self.years[0])), ("published__lt", str(self.years[1] + 1))]
        if self.words:
            asked.append(("_search", self.text()))
        asked += [("_col", name) for name in ("source_id", "title", "url", "published", "actors", "places")]
        if self.export:
            return "/rival/article.csv?" + urlencode([*asked, ("_stream", "on"), ("_size", "max")])
        asked += [("_sort_desc", "published"), ("_size", str(PAGE)), ("_facet", "source_id")]
        asked += [("_facet_array", "actors"), ("_facet_array", "places")]
        if after:
            asked.append(("_next", f"{quote(after[0])},{after[1]}"))
        return "/rival/article.json?" + urlencode(asked)


def _written(facets: Sequence[str], turn: int) -> str:
    """Return the facets with some letters escaped, others each turn: it means the same."""
    bits = cycle(f"{turn:016b}")
    return "&".join(
        "facet=" + "".join(f"%{ord(letter):02x}" if next(bits) == "1" else letter for letter in facet)
        for facet in facets
    )


def questions(size: int) -> list[Question]:
    """Return the table of single queries; in a small corpus the rare actors are those that it has a few times."""
    frequent, second = actor_from(0), actor_from(1)
    least = int((size / 9) ** 1.1)
    common = tuple(combinations(range(4, 12), 2))
    return [
        Question("latest"),
        Question("one frequent actor", (frequent,)),
        Question("two actors and a year", (frequent, second), years=(YEAR, YEAR)),
        Question("frequent and rare actor", (frequent, actor_from(min(1_000, least // 2)))),
        Question("rare actor", (actor_from(min(4_000, least)),)),
        Question("source and actor", (frequent,), source=3),
        Question("a year alone", years=(YEAR, YEAR)),
        Question("rare words", words=tuple((rank, rank + 500) for rank in range(1_000, 1_050))),
        Question("middling words, an actor", (frequent,), words=tuple((r, r + 100) for r in range(200, 250))),
        Question("words of half the corpus", words=common),
        Question("the same words again", words=common[:1], again=True),
        Question("the same by relevance", words=common, relevance=True),
        Question("page 10,000 deep", deep=True),
        Question("export of a tenth", years=(YEAR, YEAR), export=True),
    ]
