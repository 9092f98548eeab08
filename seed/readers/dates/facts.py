"""Dated facts, as data: which of them a text names, and on what day."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from seed.readers.dates.in_text import calendar_day, days, weekdays
from seed.readers.outlets import LEXICON
from seed.readers.strict_yaml import parse
from seed.readers.validation import WrongValueError, line, persons, refuse_unknown

KEYS: Mapping[str, tuple[str, ...]] = {
    "birthday": ("id", "kind", "day", "what", "names", "source"),
    "event": ("id", "kind", "day", "what", "phrases", "with", "source"),
}

Yearless = Mapping[tuple[int, int], str]
"""The words by which a text names a month and day without a year."""

_ORDINAL = re.compile(r"\b(?P<phrase>(?P<count>[1-9][0-9]?|1[01][0-9])(?:st|nd|rd|th)\s+birthday)\b")


@dataclass(frozen=True, slots=True)
class Claim:
    """A day that a sentence and a fact give together; `phrases` are the words of the text that it rests on."""

    day: date
    phrases: tuple[str, ...]
    fact: str
    by_weekday: bool = False

    @property
    def evidence(self) -> str:
        """The phrases and the fact, for readers."""
        return f"{', '.join(f'“{phrase}”' for phrase in self.phrases)}: {self.fact}"


class Fact(Protocol):
    """Something with a known day."""

    def claims(self, sentence: str, *, yearless: Yearless, leading: bool) -> Iterator[Claim]:
        """The days that a sentence gives with this fact.

        `yearless` are the days that its text names without a year; `leading` tells whether it stands near the top.
        """


@dataclass(frozen=True, slots=True)
class Birthday:
    """A person's day of birth: an ordinal birthday gives the year."""

    day: date
    what: str
    names: re.Pattern[str]

    def claims(self, sentence: str, *, yearless: Yearless, leading: bool) -> Iterator[Claim]:
        """One, if the sentence names person and birthday and the text prints its month and day without a year."""
        match = _ORDINAL.search(sentence)
        if match is None or not self.names.search(sentence):
            return
        phrase = yearless.get((self.day.month, self.day.day))
        birthday = calendar_day(self.day.year + int(match["count"]), self.day.month, self.day.day)
        if phrase and birthday:
            yield Claim(birthday, (match["phrase"], phrase), f"{self.what}, born {self.day.isoformat()}")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was news on its day, and the words that name it."""

    day: date
    what: str
    phrases: re.Pattern[str]
    beside: tuple[re.Pattern[str], ...]

    def claims(self, sentence: str, *, yearless: Yearless, leading: bool) -> Iterator[Claim]:
        """One for each way in which a leading sentence that names the event names its day."""
        match = self.phrases.search(sentence) if leading else None
        if match is None or not all(form.search(sentence) for form in self.beside):
            return
        fact = f"{self.what}, {self.day.isoformat()}"
        for named in days(sentence):
            if named.year is None and (named.month, named.day) == (self.day.month, self.day.day):
                yield Claim(self.day, (match[0], named.phrase), fact)
        for name, weekday in weekdays(sentence):
            if weekday == self.day.weekday():
                yield Claim(self.day, (match[0], name), fact, by_weekday=True)


def load_facts(*folders: Path) -> tuple[Fact, ...]:
    """The facts of `facts.yaml` in each folder, later ones adding to or overriding earlier ones by id.

    Without folders, those that ship. Raises ValueError naming file, entry, value and what was wanted.
    """
    facts: dict[str, Fact] = {}
    for folder in folders or (LEXICON,):
        path = folder / "facts.yaml"
        if path.is_file():
            facts |= _facts(path)
    return tuple(facts.values())


def _facts(path: Path) -> dict[str, Fact]:
    try:
        entries = parse(path.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise WrongValueError("the file", entries, "a list of facts")
        pairs = [_fact(entry) for entry in entries]
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return dict(pairs)


def _fact(entry: object) -> tuple[str, Fact]:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(kind, str) or kind not in KEYS:
        raise WrongValueError("an entry", entry, f"a fact of kind {' or '.join(KEYS)}")
    name = line("id", entry.get("id"))
    try:
        refuse_unknown(entry, KEYS[kind], where="key")
        line("source", entry.get("source"))  # A fact without one is no fact.
        return name, _birthday(entry) if kind == "birthday" else _event(entry)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _birthday(entry: Mapping[str, Any]) -> Birthday:
    return Birthday(_day(entry), line("what", entry.get("what")), _any_of("names", entry.get("names")))


def _event(entry: Mapping[str, Any]) -> Event:
    beside = entry.get("with")
    if not isinstance(beside, list):
        raise WrongValueError("with", beside, "a list of lists of words")
    forms = tuple(_any_of(f"with[{place}]", words) for place, words in enumerate(beside))
    return Event(_day(entry), line("what", entry.get("what")), _any_of("phrases", entry.get("phrases")), forms)


def _day(entry: Mapping[str, Any]) -> date:
    value = entry.get("day")
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError("day", value, "a day, YYYY-MM-DD") from None


def _any_of(field: str, words: object) -> re.Pattern[str]:
    """Any of the words, a space in them standing for any space and `*` for the rest of a word."""
    forms = [re.escape(word).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for word in persons(field, words)]
    if not forms:
        raise WrongValueError(field, words, "at least one word")
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")
