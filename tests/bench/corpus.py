"""A corpus that a seed makes: articles whose words, entities, sources and days are as frequent as in the press.

Words and entities follow Zipf's law (with Mandelbrot's shift), so that a few stand in every second article and most in
very few. Articles come in order of their days, as an archive grows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.models import Basis, EntityType, Precision
from seed.records import GivenEntity, Origin, Published, RawArticle

WORDS = 50_000
ENTITIES = 5_000
SOURCES = 200
NAMED = 8
"""Entities that an article names, each once."""

STRETCH = 13
"""Words before each name: eight times thirteen words and eight names of two make 120."""

FIRST, LAST = date(2005, 1, 1).toordinal(), date(2015, 12, 31).toordinal()
"""Eleven years of days."""

TIMED = 4
"""Every fourth article states a time and a zone."""

CHUNK = 1_000

TYPES = (
    *(EntityType.STATE, EntityType.PERSON, EntityType.PLACE, EntityType.ORGANIZATION, EntityType.PERSON),
    *(EntityType.PLACE, EntityType.WEAPON, EntityType.PERSON, EntityType.ARMED_GROUP, EntityType.MEDIA),
)
"""The types of the entities, by rank, again and again: seven in ten can act."""

_ONSETS = (
    *("b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"),
    *("br", "dr", "gr", "kl", "pr", "st", "tr"),
)
_VOWELS = ("a", "e", "i", "o", "u")


@dataclass(frozen=True, slots=True)
class Cast:
    """An entity of the generated corpus; `rank` 0 is the most frequent."""

    rank: int
    id: str
    name: str
    type: EntityType


@dataclass(frozen=True)
class Corpus:
    """`size` articles made of a seed; the same seed and size make the same articles."""

    size: int
    seed: int = 1

    @cached_property
    def words(self) -> list[str]:
        """The vocabulary by rank, the most frequent first."""
        return [word(rank) for rank in range(WORDS)]

    @cached_property
    def cast(self) -> list[Cast]:
        """The entities by rank, the most frequent first."""
        return [entity(rank) for rank in range(ENTITIES)]

    def articles(self, *, first_day: int = FIRST, last_day: int = LAST, name: str = "report") -> Iterator[RawArticle]:
        """Yield the articles in order of their days; `name` tells them from those of another call."""
        random = np.random.default_rng(self.seed)
        word_odds, entity_odds = _odds(WORDS, 1.0, 2.7), _odds(ENTITIES, 0.9, 0.0)
        for start in range(0, self.size, CHUNK):
            count = min(CHUNK, self.size - start)
            drawn = _Drawn(
                words=np.searchsorted(word_odds, random.random((count, STRETCH * NAMED))),
                title=np.searchsorted(word_odds, random.random((count, 6))),
                entities=np.searchsorted(entity_odds, random.random((count, 3 * NAMED))),
                sources=(SOURCES * random.random(count) ** 2).astype(int),
                days=first_day + np.arange(start, start + count) * (last_day - first_day + 1) // self.size,
                minutes=random.integers(0, 24 * 60, count),
            )
            yield from self._made(drawn, start, name)

    def _made(self, drawn: "_Drawn", start: int, name: str) -> Iterator[RawArticle]:
        vocabulary = np.array(self.words, object)
        words, titles = vocabulary[drawn.words].tolist(), vocabulary[drawn.title].tolist()
        rows = zip(titles, words, drawn.entities.tolist(), drawn.sources.tolist(), drawn.days.tolist(), strict=True)
        for at, (title, said, ranks, source, day) in enumerate(rows):
            number = start + at
            text, given = self._text(said, ranks)
            yield RawArticle(
                origin=Origin("generated", number + 1),
                title=f"{' '.join(title).capitalize()} {name} {number}",
                text=text,
                source=f"outlet-{source:03}",
                url=f"https://outlet-{source:03}.example/{_iso(day)}/{name}-{number}",
                published=_published(day, int(drawn.minutes[at]), timed=number % TIMED == 0),
                language="en",
                entities=given,
            )

    def _text(self, words: list[str], ranks: list[int]) -> tuple[str, tuple[GivenEntity, ...]]:
        """Return a text of stretches, each of which ends in the name of an entity, and the spans of these."""
        parts: list[str] = []
        given: list[GivenEntity] = []
        length = 0
        for place, rank in enumerate(list(dict.fromkeys(ranks))[:NAMED]):
            named = self.cast[rank]
            stretch = " ".join(words[place * STRETCH : (place + 1) * STRETCH]) + " "
            start = length + len(stretch)
            length = start + len(named.name) + 2
            parts += stretch, named.name, ". "
            given.append(GivenEntity(named.name, named.type, ((start, start + len(named.name)),), id=named.id))
        return "".join(parts).rstrip(), tuple(given)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What chance decided for some articles, one a row."""

    words: NDArray[np.int64]
    title: NDArray[np.int64]
    entities: NDArray[np.int64]
    sources: NDArray[np.int64]
    days: NDArray[np.int64]
    minutes: NDArray[np.int64]


def word(rank: int) -> str:
    """Return the word of a rank: syllables, shorter for the frequent ones, none of them twice."""
    syllables = [_syllable(rank)]
    while rank := rank // _SYLLABLES:
        syllables.append(_syllable(rank))
    return "".join(syllables) + "n"


def entity(rank: int) -> Cast:
    """Return the entity of a rank; its surname is no word of the vocabulary and nobody else's."""
    name = f"{word(3_000 + rank % 70).capitalize()} Q{word(rank)}"
    return Cast(rank, f"{name.lower().replace(' ', '-')}-{rank}", name, TYPES[rank % len(TYPES)])


_SYLLABLES = len(_ONSETS) * len(_VOWELS)


def _syllable(number: int) -> str:
    number %= _SYLLABLES
    return _ONSETS[number % len(_ONSETS)] + _VOWELS[number // len(_ONSETS)]


def _odds(size: int, exponent: float, shift: float) -> NDArray[np.float64]:
    """Return the cumulated probabilities of ranks by the law of Zipf and Mandelbrot."""
    weights = 1 / (np.arange(1, size + 1) + shift) ** exponent
    odds: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    return odds


@lru_cache(maxsize=8)
def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _published(day: int, minute: int, *, timed: bool) -> Published:
    if not timed:
        return Published(on=_iso(day), precision=Precision.DAY, basis=Basis.STATED)
    local_time = minute * 60
    at = (day - date(1970, 1, 1).toordinal()) * 86_400 + local_time - 3_600
    return Published(_iso(day), at, local_time, Precision.MINUTE, "+01:00", Basis.STATED)
