"""Dated facts as data: which of them a text mentions, and on what day."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from seed.readers.dates.in_text import date_or_none, find_days, find_weekdays
from seed.readers.outlets import LEXICON_FOLDER
from seed.readers.strict_yaml import parse_yaml
from seed.readers.validation import WrongValueError, check_line, check_names, refuse_unknown

FACT_KEYS: Mapping[str, tuple[str, ...]] = {
    "birthday": ("id", "kind", "day", "what", "names", "source"),
    "event": ("id", "kind", "day", "what", "phrases", "with", "source"),
}

Yearless = Mapping[tuple[int, int], str]
"""The phrase for each (month, day) that a text mentions without a year."""

_ORDINAL = re.compile(r"\b(?P<phrase>(?P<count>[1-9][0-9]?|1[01][0-9])(?:st|nd|rd|th)\s+birthday)\b")


@dataclass(frozen=True, slots=True)
class Claim:
    """A day that follows from a sentence and a fact; `phrases` are the words of the text that it rests on."""

    day: date
    phrases: tuple[str, ...]
    fact: str
    by_weekday: bool = False

    @property
    def evidence(self) -> str:
        """The phrases and the fact, for users."""
        return f"{', '.join(f'“{phrase}”' for phrase in self.phrases)}: {self.fact}"


class Fact(Protocol):
    """Something with a known day."""

    def claims(self, sentence: str, *, yearless: Yearless, leading: bool) -> Iterator[Claim]:
        """Yield the days that a sentence implies together with this fact.

        `yearless` are the days that the text mentions without a year; `leading` is true near the top of the text.
        """


@dataclass(frozen=True, slots=True)
class Birthday:
    """A person's date of birth: an ordinal birthday gives the year."""

    day: date
    what: str
    names: re.Pattern[str]

    def claims(self, sentence: str, *, yearless: Yearless, leading: bool) -> Iterator[Claim]:
        """Yield a claim if the sentence has name and birthday, and the text its month and day without a year."""
        match = _ORDINAL.search(sentence)
        if match is None or not self.names.search(sentence):
            return
        phrase = yearless.get((self.day.month, self.day.day))
        birthday = date_or_none(self.day.year + int(match["count"]), self.day.month, self.day.day)
        if phrase and birthday:
            yield Claim(birthday, (match["phrase"], phrase), f"{self.what}, born {self.day.isoformat()}")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was news on its day, and the words for it."""

    day: date
    what: str
    phrases: re.Pattern[str]
    required_words: tuple[re.Pattern[str], ...]

    def claims(self, sentence: str, *, yearless: Yearless, leading: bool) -> Iterator[Claim]:
        """Yield a claim for each way in which a leading sentence about the event mentions its day."""
        match = self.phrases.search(sentence) if leading else None
        if match is None or not all(pattern.search(sentence) for pattern in self.required_words):
            return
        fact = f"{self.what}, {self.day.isoformat()}"
        for mention in find_days(sentence):
            if mention.year is None and (mention.month, mention.day) == (self.day.month, self.day.day):
                yield Claim(self.day, (match[0], mention.phrase), fact)
        for name, weekday in find_weekdays(sentence):
            if weekday == self.day.weekday():
                yield Claim(self.day, (match[0], name), fact, by_weekday=True)


def load_facts(*folders: Path) -> tuple[Fact, ...]:
    """Load the facts of `facts.yaml` in each folder; later ones add to or override earlier ones by id.

    Without folders, load the shipped ones. Raise ValueError naming file, entry, value and what was wanted.
    """
    facts: dict[str, Fact] = {}
    for folder in folders or (LEXICON_FOLDER,):
        path = folder / "facts.yaml"
        if path.is_file():
            facts |= _load_file(path)
    return tuple(facts.values())


def _load_file(path: Path) -> dict[str, Fact]:
    try:
        entries = parse_yaml(path.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise WrongValueError("the file", entries, "a list of facts")
        pairs = [_parse_fact(entry) for entry in entries]
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return dict(pairs)


def _parse_fact(entry: object) -> tuple[str, Fact]:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(kind, str) or kind not in FACT_KEYS:
        raise WrongValueError("an entry", entry, f"a fact of kind {' or '.join(FACT_KEYS)}")
    name = check_line("id", entry.get("id"))
    try:
        refuse_unknown(entry, FACT_KEYS[kind], where="key")
        check_line("source", entry.get("source"))  # A fact must have its source.
        return name, _parse_birthday(entry) if kind == "birthday" else _parse_event(entry)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _parse_birthday(entry: Mapping[str, Any]) -> Birthday:
    return Birthday(
        _parse_day(entry), check_line("what", entry.get("what")), _any_word_pattern("names", entry.get("names"))
    )


def _parse_event(entry: Mapping[str, Any]) -> Event:
    required = entry.get("with")
    if not isinstance(required, list):
        raise WrongValueError("with", required, "a list of lists of words")
    patterns = tuple(_any_word_pattern(f"with[{index}]", words) for index, words in enumerate(required))
    return Event(
        _parse_day(entry),
        check_line("what", entry.get("what")),
        _any_word_pattern("phrases", entry.get("phrases")),
        patterns,
    )


def _parse_day(entry: Mapping[str, Any]) -> date:
    value = entry.get("day")
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError("day", value, "a day, YYYY-MM-DD") from None


def _any_word_pattern(field: str, words: object) -> re.Pattern[str]:
    """Return a pattern for any of the words; a space matches any white space, `*` the rest of a word."""
    alternatives = [re.escape(word).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for word in check_names(field, words)]
    if not alternatives:
        raise WrongValueError(field, words, "at least one word")
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")
