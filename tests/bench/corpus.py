"""A corpus generated from a seed: its words, entities, sources and days are distributed as in the press.

Words and entities follow Zipf's law (with Mandelbrot's shift), so that a few are in every second article and most are
rare. Articles come in order of their days, as an archive grows.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.models import Basis, EntityType, Precision
from seed.records import GivenEntity, Origin, Published, RawArticle

WORDS = 50_000
ENTITIES = 5_000
SOURCES = 200
ENTITIES_PER_ARTICLE = 8
"""Entities that an article names, each once."""

# Eight times thirteen words and eight names of two words make 120.
WORDS_PER_NAME = 13
"""Words before each name."""

FIRST_DAY, LAST_DAY = date(2005, 1, 1).toordinal(), date(2015, 12, 31).toordinal()
"""The first and the last day of eleven years, as ordinals."""

TIMED_INTERVAL = 4
"""Every fourth article states a time and a zone."""

BATCH_SIZE = 1_000

TYPES = (
    *(EntityType.STATE, EntityType.PERSON, EntityType.PLACE, EntityType.ORGANIZATION, EntityType.PERSON),
    *(EntityType.PLACE, EntityType.WEAPON, EntityType.PERSON, EntityType.ARMED_GROUP, EntityType.MEDIA),
)
"""The types of entities by rank, repeated: seven in ten can act."""

_ONSETS = (
    *("b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"),
    *("br", "dr", "gr", "kl", "pr", "st", "tr"),
)
_VOWELS = ("a", "e", "i", "o", "u")


@dataclass(frozen=True, slots=True)
class CorpusEntity:
    """An entity of the generated corpus; `rank` 0 is the most frequent."""

    rank: int
    id: str
    name: str
    type: EntityType


@dataclass(frozen=True)
class Corpus:
    """`size` articles generated from a seed; the same seed and size generate the same articles."""

    size: int
    seed: int = 1

    @cached_property
    def words(self) -> list[str]:
        """The vocabulary by rank, the most frequent first."""
        return [word(rank) for rank in range(WORDS)]

    @cached_property
    def entities(self) -> list[CorpusEntity]:
        """The entities by rank, the most frequent first."""
        return [entity(rank) for rank in range(ENTITIES)]

    def articles(
        self, *, first_day: int = FIRST_DAY, last_day: int = LAST_DAY, name: str = "report"
    ) -> Iterator[RawArticle]:
        """Yield the articles in order of their days; `name` distinguishes them from those of another call."""
        random = np.random.default_rng(self.seed)
        word_cdf, entity_cdf = _zipf_cdf(WORDS, 1.0, 2.7), _zipf_cdf(ENTITIES, 0.9, 0.0)
        for start in range(0, self.size, BATCH_SIZE):
            count = min(BATCH_SIZE, self.size - start)
            draws = _Draws(
                words=np.searchsorted(word_cdf, random.random((count, WORDS_PER_NAME * ENTITIES_PER_ARTICLE))),
                title=np.searchsorted(word_cdf, random.random((count, 6))),
                entities=np.searchsorted(entity_cdf, random.random((count, 3 * ENTITIES_PER_ARTICLE))),
                sources=(SOURCES * random.random(count) ** 2).astype(int),
                days=first_day + np.arange(start, start + count) * (last_day - first_day + 1) // self.size,
                minutes=random.integers(0, 24 * 60, count),
            )
            yield from self._generate(draws, start, name)

    def _generate(self, draws: "_Draws", start: int, name: str) -> Iterator[RawArticle]:
        vocabulary = np.array(self.words, object)
        words, titles = vocabulary[draws.words].tolist(), vocabulary[draws.title].tolist()
        rows = zip(titles, words, draws.entities.tolist(), draws.sources.tolist(), draws.days.tolist(), strict=True)
        for at, (title, text_words, ranks, source, day) in enumerate(rows):
            number = start + at
            text, entities = self._text(text_words, ranks)
            yield RawArticle(
                origin=Origin("generated", number + 1),
                title=f"{' '.join(title).capitalize()} {name} {number}",
                text=text,
                source=f"outlet-{source:03}",
                url=f"https://outlet-{source:03}.example/{iso(day)}/{name}-{number}",
                published=_published(day, int(draws.minutes[at]), timed=number % TIMED_INTERVAL == 0),
                language="en",
                entities=entities,
            )

    def _text(self, words: list[str], ranks: list[int]) -> tuple[str, tuple[GivenEntity, ...]]:
        """Return a text of runs of words, each followed by the name of an entity, and the spans of these names."""
        pieces: list[str] = []
        entities: list[GivenEntity] = []
        length = 0
        for index, rank in enumerate(list(dict.fromkeys(ranks))[:ENTITIES_PER_ARTICLE]):
            named = self.entities[rank]
            run = " ".join(words[index * WORDS_PER_NAME : (index + 1) * WORDS_PER_NAME]) + " "
            start = length + len(run)
            length = start + len(named.name) + 2
            pieces += run, named.name, ". "
            entities.append(GivenEntity(named.name, named.type, ((start, start + len(named.name)),), id=named.id))
        return "".join(pieces).rstrip(), tuple(entities)


@dataclass(frozen=True, slots=True)
class _Draws:
    """Random draws for a batch of articles, one row per article."""

    words: NDArray[np.int64]
    title: NDArray[np.int64]
    entities: NDArray[np.int64]
    sources: NDArray[np.int64]
    days: NDArray[np.int64]
    minutes: NDArray[np.int64]


def record(article: RawArticle) -> dict[str, Any]:
    """Return an article as a record of the loader's input."""
    published = article.published
    fields = {"title": article.title, "source": article.source, "url": article.url, "language": article.language}
    printed = published.on or ""
    if published.local_time is not None:
        printed += f"T{published.local_time // 3600:02}:{published.local_time // 60 % 60:02}:00+01:00"
    entities = [
        {"id": one.id, "name": one.name, "type": one.type, "mentions": one.mentions} for one in article.entities or ()
    ]
    return {**fields, "published": printed, "text": article.text, "entities": entities}


def write_articles(articles: Iterable[RawArticle], file: Path) -> None:
    """Write articles as JSON Lines."""
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record(article)) + "\n" for article in articles)


def word(rank: int) -> str:
    """Return the word of a rank, made of syllables: frequent words are shorter, and no word occurs twice."""
    syllables = [_syllable(rank)]
    while rank := rank // _SYLLABLES:
        syllables.append(_syllable(rank))
    return "".join(syllables) + "n"


def entity(rank: int) -> CorpusEntity:
    """Return the entity of a rank; its surname is unique and not in the vocabulary."""
    name = f"{word(3_000 + rank % 70).capitalize()} Q{word(rank)}"
    return CorpusEntity(rank, f"{name.lower().replace(' ', '-')}-{rank}", name, TYPES[rank % len(TYPES)])


_SYLLABLES = len(_ONSETS) * len(_VOWELS)


def _syllable(number: int) -> str:
    number %= _SYLLABLES
    return _ONSETS[number % len(_ONSETS)] + _VOWELS[number // len(_ONSETS)]


def _zipf_cdf(size: int, exponent: float, shift: float) -> NDArray[np.float64]:
    """Return the cumulative probabilities of ranks by the Zipf-Mandelbrot law."""
    weights = 1 / (np.arange(1, size + 1) + shift) ** exponent
    cdf: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    return cdf


@lru_cache(maxsize=8)
def iso(day: int) -> str:
    """Return the ISO date of an ordinal."""
    return date.fromordinal(day).isoformat()


def _published(day: int, minute: int, *, timed: bool) -> Published:
    if not timed:
        return Published(on=iso(day), precision=Precision.DAY, basis=Basis.STATED)
    local_time = minute * 60
    at = (day - date(1970, 1, 1).toordinal()) * 86_400 + local_time - 3_600
    return Published(iso(day), at, local_time, Precision.MINUTE, "+01:00", Basis.STATED)
