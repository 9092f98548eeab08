"""The words of dates in some seventy languages: what each may mean, and how a text is split into them.

Names of months and weekdays come from the Unicode CLDR (`cldr.json`, which `make cldr` writes), and what pages print
around a date from `words.yaml`.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from seed.readers.strict_yaml import parse_yaml

_FOLDER = Path(__file__).parent

# Letters that publishers use for each other, and the dotless i of Turkish; apostrophes disappear.
_SAME_LETTERS = str.maketrans({**dict(zip("يىكةەۀهı", "ییکههههi", strict=True)), **dict.fromkeys("'’ʼ׳", "")})
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670\u0640]")
_CHINESE_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "元": "1"}
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=[年月日号號])|元(?=年)")
_GAP_IN_CHINESE = re.compile("(?<=[0-9]) (?=[年月日号號])|(?<=[年月]) (?=[0-9])")
_DASHES = frozenset("–—‐‑‒―−")

# Scripts that put no space between words: Thai, Lao, Burmese, Khmer, Korean (decomposed) and Chinese characters.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff]")
_NUMBER = re.compile(r"[0-9]+")
_KEPT_SIGNS = frozenset(" -/.,")
_DROPPED_SIGNS = frozenset('|•·@()[]【】〔〕《》«»‹›،、。;:*~"“”„‘`')


class Sense(NamedTuple):
    """A possible meaning of a word, and the languages in which it has that meaning.

    `kind` is M (month), W (weekday, Monday is 0), P (month of the Persian calendar), I (month of the Islamic one), E
    (an era: the year before its first), y, m or d (the sign after a number), U (what follows is an update), or a space
    (a word that says nothing about the day).
    """

    kind: str
    value: int = 0
    languages: frozenset[str] = frozenset()


class Token(NamedTuple):
    """A number (N; Y with four digits, X with three or many), a word (w) with its senses, a time (T), or a sign."""

    kind: str
    digits: str = ""
    senses: tuple[Sense, ...] = ()


_PERSIAN_MONTHS = (
    "فروردین حمل|اردیبهشت ثور|خرداد جوزا|تیر سرطان|مرداد امرداد اسد|شهریور سنبله|مهر میزان|آبان عقرب|آذر قوس|دی جدی|"
    "بهمن دلو|اسفند حوت"
)
_ISLAMIC_MONTHS = (
    "محرم|صفر|ربيع الأول|ربيع الآخر|ربيع الثاني|ربيع أول|جمادى الأولى|جمادى الأول|جمادى الآخرة|"
    "جمادى الآخر|جمادى الثانية|رجب|شعبان|رمضان|شوال|ذو القعدة|ذي القعدة|ذو الحجة|ذي الحجة"
)
_ERAS = {
    "พ.ศ": -543,
    "พศ": -543,
    "民國": 1911,
    "民国": 1911,
    "中華民國": 1911,
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
}
_NO_HALVES = {"de", "du", "em", "fm", "to"}
"""Abbreviations of Hungarian, Swedish and Armenian that are prepositions elsewhere: `9h30 du 4 mars`."""

TIME_MARKS = "\ue000\ue001\ue002\ue003"
"""Characters of private use that stand for times of day, which are read before the words."""

_SIGNS = {"y": "年년", "m": "月월", "d": "日일号號"}


def normalize(text: str) -> str:
    """Return a text with one form of digits, dashes, spaces and compatible characters, without marks of direction."""
    if text.isascii():
        return " ".join(text.split())
    text = unicodedata.normalize("NFKC", text.replace("ſ", "\ufffd"))  # No date of today has a long s.
    text = _CHINESE_NUMBER.sub(_chinese_number, text)
    return _GAP_IN_CHINESE.sub("", " ".join("".join(map(_normal_character, text)).split()))


def _normal_character(char: str) -> str:
    if char.isascii():
        return char
    if char in _DASHES:
        return "-"
    if (value := unicodedata.decimal(char, None)) is not None:
        return str(value)
    return "" if unicodedata.category(char) == "Cf" else char


def _chinese_number(match: re.Match[str]) -> str:
    """Return a number in Chinese characters in digits: 二〇一九 are four digits, 二十一 and 十二 are tens and ones."""
    if "十" not in match[0]:
        return "".join(_CHINESE_DIGITS[char] for char in match[0])
    tens, _, ones = match[0].partition("十")
    return str(10 * int(_CHINESE_DIGITS.get(tens[:1], "1")) + int(_CHINESE_DIGITS.get(ones[:1], "0")))


def fold(text: str) -> str:
    """Return a normalized text without case, accents, and differences that publishers do not make."""
    folded = text.casefold().translate(_SAME_LETTERS)
    if folded.isascii():
        return folded
    return _MARKS.sub("", unicodedata.normalize("NFKD", folded).translate(_SAME_LETTERS))


class Vocabulary:
    """The words of all languages, folded."""

    def __init__(self, cldr: Mapping[str, Any], words: Mapping[str, Any]) -> None:
        self.words = words
        self.halves = {half: sorted(_halves(cldr, words, half), key=len, reverse=True) for half in ("am", "pm")}
        languages: defaultdict[str, defaultdict[tuple[str, int], set[str]]] = defaultdict(lambda: defaultdict(set))
        names = [*_cldr_senses(cldr), *_page_senses(words)]
        for phrase, kind, value, language in (*names, *_calendar_senses()):
            languages[phrase][kind, value].add(language)
        # An abbreviation that some language has is no cut of a name in another: Mar is not Finnish for November.
        for phrase, kind, value, language in _cuts(names):
            if all(known != kind for known, _ in languages[phrase].keys() - {(kind, value)}):
                languages[phrase][kind, value].add(language)
        self._senses = {
            phrase: tuple(Sense(*meaning, frozenset(known)) for meaning, known in meanings.items())
            for phrase, meanings in languages.items()
        }
        self._longest = max(map(len, self._senses))

    def tokens(self, text: str) -> list[Token] | None:
        """Return the tokens of a folded text; None if it has a word or sign that no date has."""
        tokens: list[Token] = []
        position = 0
        while position < len(text):
            char = text[position]
            if match := _NUMBER.match(text, position):
                tokens.append(Token({1: "N", 2: "N", 4: "Y"}.get(len(match[0]), "X"), match[0]))
                position = match.end()
            elif char in _KEPT_SIGNS or char in _DROPPED_SIGNS or char in TIME_MARKS:
                tokens.append(Token(char if char in _KEPT_SIGNS else "T" if char in TIME_MARKS else " ", char))
                position += 1
            else:
                phrase = self._phrase_at(text, position)
                if phrase is None:
                    return None
                tokens.append(Token("w", senses=self._senses[phrase]))
                position += len(phrase)
        return tokens

    def _phrase_at(self, text: str, start: int) -> str | None:
        for end in range(min(start + self._longest, len(text)), start, -1):
            if (phrase := text[start:end]) in self._senses and _is_boundary(text, end):
                return phrase
        return None


def _is_boundary(text: str, position: int) -> bool:
    """Return whether a word may end here; words of scripts without spaces end anywhere but before a mark."""
    if position == len(text):
        return True
    if text[position - 1].isdecimal():
        return not text[position].isdecimal()
    if _SPACELESS.match(text, position - 1):
        return unicodedata.category(text[position]) not in {"Mn", "Mc"}
    return not (text[position].isalpha() or unicodedata.category(text[position]) in {"Mn", "Mc"})


Word = tuple[str, str, int, str]


def _cldr_senses(cldr: Mapping[str, Any]) -> Iterator[Word]:
    for language, tables in cldr["words"].items():
        for kind, key, first in (("M", "months", 1), ("W", "days", 0)):
            for value, names in enumerate(tables[key], first):
                for phrase in map(_phrase, names):
                    if not phrase[0].isdecimal():
                        yield phrase, kind, value, language
                        yield phrase.replace(".", ""), kind, value, language


def _cuts(names: list[Word]) -> Iterator[Word]:
    """Yield the first three letters of months and weekdays where these tell them apart, as some programs print them."""
    values: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
    for phrase, kind, value, language in names:
        if kind in "MW" and len(phrase) > 3 and phrase[0] < "\u0530" and phrase[:3].isalpha():
            values[phrase[:3], kind, language].add(value)
    for (phrase, kind, language), known in values.items():
        if len(known) == 1:
            yield phrase, kind, known.pop(), language


@cache
def _phrase(name: str) -> str:
    return fold(normalize(name)).removeprefix("de ").removeprefix("d ").rstrip(".")


def _page_senses(words: Mapping[str, Any]) -> Iterator[Word]:
    for language, lists in words.items():
        for kind, key in (("U", "updated"), (" ", "around")):
            yield from ((fold(normalize(name)).rstrip("."), kind, 0, language) for name in lists.get(key, ()))
        for kind, key, first in (("M", "months", 0), ("W", "weekdays", 1)):
            for number, names in lists.get(key, {}).items():
                yield from ((_phrase(name), kind, int(number) - first, language) for name in names)


def _calendar_senses() -> Iterator[Word]:
    for month, names in enumerate(_PERSIAN_MONTHS.split("|"), start=1):
        yield from ((_phrase(name), "P", month, "fa") for name in names.split())
    for name in _ISLAMIC_MONTHS.split("|"):
        yield _phrase(name), "I", 0, "ar"
    for name, year in _ERAS.items():
        yield _phrase(name), "E", year, ""
    for kind, signs in _SIGNS.items():
        yield from ((fold(sign), kind, 0, "") for sign in signs)


def _halves(cldr: Mapping[str, Any], words: Mapping[str, Any], key: str) -> set[str]:
    """Return the words for a half of the day, normalized, and without full stops and spaces inside."""
    index = ("am", "pm").index(key)
    names = [name for tables in cldr["words"].values() for name in tables["day_periods"][index]]
    names += [name for lists in words.values() for name in lists.get(key, ())]
    halves = {normalize(name).rstrip(".").casefold() for name in names}
    return (halves | {half.replace(".", "") for half in halves}) - _NO_HALVES


@cache
def vocabulary() -> Vocabulary:
    """Return the words, loaded once per process and only for dates not in ISO 8601: it takes a tenth of a second."""
    words: Any = parse_yaml((_FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return Vocabulary(_cldr(), words)


@cache
def _cldr() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads((_FOLDER / "cldr.json").read_text(encoding="utf-8"))
    return data


def numeric_orders() -> Mapping[str, str]:
    """Return the order of day, month and year in numeric dates by locale: DMY, MDY or YMD."""
    orders: Mapping[str, str] = _cldr()["orders"]
    return orders
