"""Bodies of states by pattern: "Ministry of X of STATE", "STATE's X ministry", "government of STATE", "STATE's army".

One parser for texts, for the names of the lexicon and for parameters, so that what is found can be asked for.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

# The first is the one in ids and names; whoever adds one keeps that, as databases store it.
PORTFOLIOS: tuple[tuple[str, ...], ...] = (
    ("agriculture", "agriculture and rural development", "agriculture and forestry"),
    ("communications", "communication", "telecommunications", "information technology", "digital affairs"),
    ("culture", "culture and tourism", "culture and sport", "culture and sports"),
    ("defence", "defense", "national defence", "national defense", "defence and veterans"),
    ("development", "international development", "regional development"),
    ("economy", "economics", "economic affairs", "economic development", "economy and finance", "national economy"),
    ("education", "national education", "higher education", "education and science", "science and education"),
    ("emergency situations", "emergencies", "emergency"),
    ("energy", "power", "electricity", "energy and natural resources", "energy and water"),
    ("environment", "environmental protection", "environment and climate change", "ecology"),
    ("finance", "finances"),
    ("foreign affairs", "foreign", "external affairs", "external relations", "foreign and expatriate affairs"),
    ("health", "public health", "healthcare", "health and population", "health and social services"),
    ("housing", "housing and urban development"),
    ("human rights",),
    ("industry", "industry and trade", "trade and industry", "industry and mines"),
    ("information", "information and broadcasting"),
    ("intelligence",),
    ("interior", "internal affairs", "home affairs", "home", "interior affairs"),
    ("justice", "law", "justice and human rights"),
    ("labour", "labor", "labour and social affairs", "labor and social affairs", "employment"),
    ("migration", "immigration", "displacement and migration", "migration and displaced"),
    ("oil", "petroleum", "oil and gas", "petroleum and mineral resources"),
    ("planning",),
    ("public security", "security", "national security", "state security"),
    ("public works",),
    ("reconstruction",),
    ("religious affairs", "islamic affairs", "endowments", "awqaf"),
    ("science", "science and technology", "technology"),
    ("social affairs", "social welfare", "social development", "family"),
    ("tourism",),
    ("trade", "commerce", "foreign trade"),
    ("transport", "transportation", "transportation and communications", "infrastructure"),
    ("treasury",),
    ("unification", "reunification"),
    ("veterans affairs", "veterans"),
    ("water resources", "water", "irrigation", "water and irrigation"),
    ("women's affairs", "women", "womens affairs", "women affairs"),
    ("youth and sports", "sport", "sports", "youth", "youth and sport"),
)
"""The portfolios of ministries in lower case, each with its other names."""

_PORTFOLIO_BY_WORDS = {tuple(name.split()): names[0] for names in PORTFOLIOS for name in names}
_MAX_PORTFOLIO_WORDS = max(map(len, _PORTFOLIO_BY_WORDS))
_MINISTRIES = frozenset({"ministry", "department"})
_KINDS: dict[tuple[str, ...], str] = {
    ("government",): "government",
    ("embassy",): "embassy",
    ("parliament",): "parliament",
    ("police",): "police",
    ("national", "police"): "police",
    ("police", "force"): "police",
    ("armed", "forces"): "armed forces",
    ("defence", "forces"): "armed forces",
    ("defense", "forces"): "armed forces",
    ("military",): "armed forces",
    ("army",): "army",
    ("ground", "forces"): "army",
    ("navy",): "navy",
    ("naval", "forces"): "navy",
    ("air", "force"): "air force",
    ("coast", "guard"): "coast guard",
}
"""The bodies that every state may have, by their names in lower case; those of databases keep theirs."""

_MAX_KIND_WORDS = max(map(len, _KINDS))
BODY_WORDS = _MINISTRIES | {words[-1] for words in _KINDS}
"""The words, in lower case, one of which each name of a body has."""

# Before anything else "military" is an adjective: "Russia's military operation" is the state's.
_AFTER_MILITARY = frozenset(
    re.findall(
        "[a-z]+",
        """
        of and or but in on at to for from by with near inside after before over under against as than that which
        who whom also still now then already never is are was were be been has have had will would can could may
        might must should did does do said says say told tells began came went saw put held shot lost won sent
        fought struck hit kept led left made gave withdrew drove took takes seeks claims denies wants killed
        """,
    )
)

# Most states call their armed forces their army.
_COMMON_KIND = {"army": "armed forces"}

# No state has a longer name than "United Kingdom of Great Britain and Northern Ireland".
_MAX_STATE_WORDS = 9
_MAX_CITY_WORDS = 4


class StateBody(NamedTuple):
    """A ministry, the government, an embassy or another body of a state, which is given by its id.

    `portfolio` is that of a ministry, `city` the id or the words of where an embassy is; else they are empty.
    """

    kind: str
    state: str
    portfolio: str = ""
    city: str = ""

    @property
    def common(self) -> "StateBody":
        """The body that is meant if the lexicon lacks this one: the armed forces by an army."""
        return self._replace(kind=_COMMON_KIND.get(self.kind, self.kind))

    @property
    def id(self) -> str:
        """The id of the body if the lexicon lacks it: a pure function of what it is, then of the id of the state."""
        parts = (
            self.common.kind,
            *(("of", self.portfolio) if self.portfolio else ()),
            *(("in", self.city) if self.city else ()),
        )
        slug = "-".join(parts).replace(" ", "-").replace("'", "")
        return f"{slug}--{self.state}"

    def name(self, state: str, city: str) -> str:
        """Return the English name of the body, with these names of its state and its city."""
        of = f" of {self.portfolio.title()}".replace(" And ", " and ").replace("'S ", "'s ") if self.portfolio else ""
        return f"{self.common.kind.title()}{of} of {state}" + (f" in {city}" if city else "")


class BodySpan(NamedTuple):
    """A body at words [first, last); `head` is the index of the word that makes it one."""

    first: int
    last: int
    head: int
    body: StateBody


class NamedSpan(NamedTuple):
    """An entity at words [first, last)."""

    first: int
    last: int
    id: str


class Phrase(NamedTuple):
    """Words in lower case and the states and cities among them.

    `joined` returns whether a word directly follows the one before it. `state_from` and `city_from` return the state or
    city that begins at a word, `state_to` the state that ends, with its possessive, before a word.
    """

    words: Sequence[str]
    joined: Callable[[int], bool]
    state_from: Callable[[int], NamedSpan | None]
    state_to: Callable[[int], NamedSpan | None]
    city_from: Callable[[int], NamedSpan | None]

    def has(self, at: int, *words: str) -> bool:
        """Return whether these words stand at an index, the first of them directly after the word before it."""
        return tuple(self.words[at : at + len(words)]) == words and all(map(self.joined, range(at, at + len(words))))


def body_at(phrase: Phrase, head: int) -> BodySpan | None:
    """Return the body that one of BODY_WORDS at `head` makes, or None."""
    if phrase.words[head] in _MINISTRIES:
        return _ministry_at(phrase, head)
    kind_span = _kind_at(phrase, head)
    if kind_span is None:
        return None
    first, kind = kind_span
    span = _with_state(phrase, first, head + 1, lambda state: StateBody(kind, state))
    if span is not None and kind == "embassy" and phrase.has(span.last, "in"):
        city = phrase.city_from(span.last + 1) if phrase.joined(span.last + 1) else None
        if city is not None:
            span = span._replace(last=city.last, body=span.body._replace(city=city.id))
    return None if span is None else span._replace(head=head)


def _kind_at(phrase: Phrase, head: int) -> tuple[int, str] | None:
    """Return the first word and the kind of the longest name of a kind that ends with `head`, or None."""
    for size in range(min(_MAX_KIND_WORDS, head + 1), 0, -1):
        first = head + 1 - size
        words = tuple(phrase.words[first : head + 1])
        if words in _KINDS and all(map(phrase.joined, range(first + 1, head + 1))):
            return (first, _KINDS[words]) if words != ("military",) or _is_noun(phrase, head) else None
    return None


def _is_noun(phrase: Phrase, head: int) -> bool:
    """Return whether "military" at `head` is a noun: nothing follows it directly but a verb or a short word."""
    if head + 1 == len(phrase.words) or not phrase.joined(head + 1):
        return True
    return phrase.words[head + 1] in _AFTER_MILITARY or phrase.words[head + 1].endswith("ed")


def _ministry_at(phrase: Phrase, head: int) -> BodySpan | None:
    """Return "ministry of X" with its state before or after it, or "X ministry" with its state before or after it."""
    first, last, portfolio = head, head + 1, None
    if phrase.has(head + 1, "of"):
        start = head + 3 if phrase.has(head + 2, "the") else head + 2
        for size in range(_MAX_PORTFOLIO_WORDS, 0, -1):
            words = tuple(phrase.words[start : start + size])
            if portfolio is None and words in _PORTFOLIO_BY_WORDS and phrase.has(start, *words):
                portfolio, last = _PORTFOLIO_BY_WORDS[words], start + len(words)
    for size in range(min(_MAX_PORTFOLIO_WORDS, head), 0, -1):
        words = tuple(phrase.words[head - size : head])
        is_joined = all(map(phrase.joined, range(head - size + 1, head + 1)))
        if portfolio is None and words in _PORTFOLIO_BY_WORDS and is_joined:
            portfolio, first = _PORTFOLIO_BY_WORDS[words], head - size
    if portfolio is None:
        return None
    name = portfolio
    span = _with_state(phrase, first, last, lambda state: StateBody("ministry", state, portfolio=name))
    return None if span is None else span._replace(head=head)


def _with_state(phrase: Phrase, first: int, last: int, body: Callable[[str], StateBody]) -> BodySpan | None:
    """Return the body at [first, last) with the state after its "of" or before it; None without a state."""
    if phrase.has(last, "of"):
        start = last + 2 if phrase.has(last + 1, "the") else last + 1
        state = phrase.state_from(start) if phrase.joined(start) else None
        if state is not None:
            return BodySpan(first, state.last, first, body(state.id))
    owner = phrase.state_to(first)
    return None if owner is None else BodySpan(owner.first, last, first, body(owner.id))


def parse_body(
    words: Sequence[str], state_of: Callable[[str], str | None], city_of: Callable[[str], str | None]
) -> StateBody | None:
    """Return the body that all these words in lower case, without possessives, name together; None if they name none.

    The functions return the id of the state or city that words name. A city that they do not know has its words.
    """

    def named(first: int, last: int, of: Callable[[str], str | None]) -> NamedSpan | None:
        id_ = of(" ".join(words[first:last])) if 0 <= first < last <= len(words) else None
        return None if id_ is None else NamedSpan(first, last, id_)

    def state_from(first: int) -> NamedSpan | None:
        ends = range(min(len(words), first + _MAX_STATE_WORDS), first, -1)
        return next(filter(None, (named(first, last, state_of) for last in ends)), None)

    def state_to(last: int) -> NamedSpan | None:
        starts = range(max(0, last - _MAX_STATE_WORDS), last)
        return next(filter(None, (named(first, last, state_of) for first in starts)), None)

    def city_from(first: int) -> NamedSpan | None:
        return named(first, len(words), city_of) or (
            NamedSpan(first, len(words), "-".join(words[first:])) if 0 < len(words) - first <= _MAX_CITY_WORDS else None
        )

    phrase = Phrase(words, lambda at: at < len(words), state_from, state_to, city_from)
    spans = (body_at(phrase, head) for head, word in enumerate(words) if word in BODY_WORDS)
    return next((span.body for span in spans if span is not None and span[:2] == (0, len(words))), None)
