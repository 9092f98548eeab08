"""Recognize what publishers print where a text ends for those who have not paid, in some thirty languages."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Literal, NamedTuple

import ahocorasick

from seed.readers.strict_yaml import YamlValue, parse_yaml

MAX_OFFER_LENGTH = 400
"""Maximum length of a line of an offer in characters."""

_MAX_LABEL_LENGTH = 120
_MAX_SAYING_LENGTH = 90
_MAX_APPEAL_LENGTH = 200
# In a longer line, a phrase further on is part of a sentence of the report: it writes about subscriptions, too.
_MAX_GATE_START = 40
_MAX_GATE_LENGTH = 140
_MAX_OFFER_START = 20

_PHRASES_FILE = Path(__file__).with_name("offers.yaml")
_JOINED = frozenset({"ar", "fa", "he", "hi", "ja", "zh", "ko", "th"})
"""Languages in which a phrase may follow a letter without a space."""

_STEMS = ("needs", "logins", "rests", "others")
_POINTS = re.compile("[\u0591-\u05c7\u0640\u064b-\u0652]")  # Of Hebrew and Arabic.
_LITERAL = re.compile(r"[^\\.\[\](){}?*+$^|…]+")


class Phrase(NamedTuple):
    """A phrase: its group, a pattern, and whether it may follow a letter."""

    group: str
    pattern: str
    is_joined: bool


@cache
def _automaton() -> ahocorasick.Automaton:
    """Return an automaton that finds how phrases begin, so that few of them are compared with a line."""
    phrases: dict[str, list[Phrase]] = {}
    for phrase in _phrases():
        for beginning in beginnings(phrase.pattern):
            phrases.setdefault(beginning, []).append(phrase)
    automaton = ahocorasick.Automaton()
    for beginning, beginning_so in phrases.items():
        automaton.add_word(beginning, (len(beginning), beginning_so))
    automaton.make_automaton()
    return automaton


@cache
def _stems() -> ahocorasick.Automaton:
    """Return an automaton that finds beginnings of words, with their groups."""
    stems: dict[str, list[tuple[str, str, bool]]] = {}
    for group in _STEMS:
        listed = _groups()[group]
        for language, words in (listed if isinstance(listed, dict) else {"": listed}).items():
            for word in map(str, words):
                key = _fold_letters(word.removesuffix("$"))
                stems.setdefault(key, []).append((group, language, word.endswith("$")))
    automaton = ahocorasick.Automaton()
    for stem, meanings in stems.items():
        automaton.add_word(stem, (len(stem), meanings))
    automaton.make_automaton()
    return automaton


def _meanings(line: str) -> Mapping[str, set[str]]:
    """Return in which languages a folded line speaks of what: the languages of the words in it, by group."""
    languages: dict[str, set[str]] = {group: set() for group in _STEMS}
    for last, (length, meanings) in _stems().iter(line):
        begins_word = not line[: last - length + 1][-1:].isalnum()
        ends_word = not line[last + 1 : last + 2].isalnum()
        for group, language, is_word in meanings:
            if (begins_word or language in {*_JOINED, ""}) and (ends_word or not is_word):
                languages[group].add(language)
    return languages


@cache
def _groups() -> dict[str, YamlValue]:
    groups = parse_yaml(_PHRASES_FILE.read_text(encoding="utf-8"))
    assert isinstance(groups, dict)  # noqa: S101 - our own file
    return groups


def _phrases() -> Iterator[Phrase]:
    for group in ("gates", "labels", "offers", "appeals"):
        listed = _groups()[group]
        for language, phrases in (listed if isinstance(listed, dict) else {"": listed}).items():
            for phrase in phrases:
                yield Phrase(group, _fold_letters(str(phrase)), language in _JOINED)


def beginnings(pattern: str) -> list[str]:
    """Return the literal texts with which a match of a pattern may begin; raise ValueError if one may be empty."""
    if not pattern.startswith("("):
        literal = _LITERAL.match(pattern)
        text = "" if literal is None else literal[0]
        text = text[:-1] if pattern[len(text) : len(text) + 1] in {"?", "*"} else text
        if not text.strip():
            raise ValueError(f"{pattern!r} may begin with anything: expected a word")
        return [text]
    depths = accumulate((char == "(") - (char == ")") for char in pattern)
    end = next(at for at, depth in enumerate(depths) if depth == 0)
    alternatives = [text for alternative in _alternatives(pattern[1:end]) for text in beginnings(alternative)]
    return [*alternatives, *beginnings(pattern[end + 2 :])] if pattern[end + 1 : end + 2] == "?" else alternatives


def _alternatives(pattern: str) -> Iterator[str]:
    """Yield the alternatives of a group, which may have groups in them."""
    depth = start = 0
    for at, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]


@lru_cache(maxsize=1_024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("…", ".{0,40}"))


def _matches(line: str) -> Iterator[tuple[str, int, str]]:
    """Yield the group of each phrase in a folded line, where it begins, and its pattern."""
    for last, (length, phrases) in _automaton().iter(line):
        start = last - length + 1
        for phrase in phrases:
            begins_word = start == 0 or not line[start - 1].isalnum()
            if (phrase.is_joined or begins_word) and _compiled(phrase.pattern).match(line, start):
                yield phrase.group, start, phrase.pattern


@lru_cache(maxsize=4_096)
def offer_of(row: str) -> Literal["gate", "label", "offer"] | None:
    """Return what a line is: a `gate` where the text ends, a `label`, another `offer`, or None."""
    if len(row) > MAX_OFFER_LENGTH:
        return None
    line = fold(row)
    found = [*_matches(line)]
    if any(g == "gates" and (start <= _MAX_GATE_START or len(line) <= _MAX_GATE_LENGTH) for g, start, _ in found):
        return "gate"
    groups = {group for group, _, _ in found}
    languages = _meanings(line) if len(line) <= _MAX_SAYING_LENGTH else None
    if languages is not None and not languages["others"]:
        if languages["needs"] & languages["rests"]:
            return "gate"
        if languages["logins"] & languages["rests"]:
            return "label"
    if "labels" in groups and len(line) <= _MAX_LABEL_LENGTH:
        return "label"
    return "offer" if "offers" in groups else None


def is_offer_alone(row: str) -> bool:
    """Return whether a line is an offer wherever it stands: it begins with one, and has another."""
    offers = {pattern: start for group, start, pattern in _matches(fold(row)) if group == "offers"}
    return len(offers) > 1 and min(offers.values()) <= _MAX_OFFER_START


def is_furniture(row: str) -> bool:
    """Return whether a line is an appeal of the publisher, or the label of an advertisement."""
    line = fold(row)
    is_appeal = len(line) <= _MAX_APPEAL_LENGTH and any(
        group == "appeals" and start <= _MAX_OFFER_START for group, start, _ in _matches(line)
    )
    return is_appeal or line.strip("[]()-–—: ") in _advertisements()


@cache
def _advertisements() -> frozenset[str]:
    return frozenset(fold(str(label)) for labels in _groups()["advertisements"] for label in labels)


def is_continuation(row: str) -> bool:
    """Return whether the whole of a line invites to read on, such as "Continue reading"."""
    line = fold(row)
    return any(_compiled(_fold_letters(str(phrase))).fullmatch(line) for phrase in _groups()["continuations"])


def fold(row: str) -> str:
    """Return a line with single spaces, plain apostrophes, folded case and without vowel points."""
    return _fold_letters(" ".join(row.split()).replace("’", "'").lower())


def _fold_letters(text: str) -> str:
    """Return the text with folded letters; the letters of ASCII are escapes in a pattern."""
    return _POINTS.sub("", "".join(char if char.isascii() else char.casefold() for char in text))
