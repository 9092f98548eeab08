"""The tokenizer: how texts, queries and names are split into words, with the place of each word in the stored text.

Every store indexes texts in this way, so that all of them find the same. Words are runs of letters and numbers, folded
by `app.text.characters`. Scripts without spaces between words are read in pairs of neighboring characters, as Lucene's
`CJKBigramFilter` does, so that a word inside a sentence is found and a phrase is exact. The last character of a run is
also a token, unless the text ends there: 苏-24 is found in 一架苏-24战机, and a query never requires the end of a run.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from app.text.characters import (
    APOSTROPHES,
    HYPHENS,
    UNSPACED_BLOCKS,
    composed_pairs,
    fold_character,
    is_assigned,
    is_in_words,
    is_invisible,
    marks_after_letters,
)

TOKENIZER_VERSION = 2
"""The version of how texts are read. Raise it with every change of the tokens: databases are indexed again."""

# Entries of PostgreSQL's indexes have at most 2,704 bytes; no word of a language is as long.
MAX_TOKEN_BYTES = 2_000
"""Maximum length of a token, in UTF-8; the rest is cut off."""

# More than the letters of all scripts in daily use, about 10 MB.
MAX_CACHED_CODE_POINTS = 100_000
"""Maximum number of code points to cache."""


class Token(NamedTuple):
    """A folded word, and its place in the stored text in code points, `end` exclusive."""

    token: str
    start: int
    end: int


_INVISIBLE = "\x01"
"""The reading of a character that is in no token, although it does not separate words."""

FIRST_BEYOND_ASCII = 0x80

_VOICED = "\uff9e\uff9f"  # Half-width
_FIRSTS, _SECONDS = ("".join(sorted(set(letters))) for letters in zip(*composed_pairs(), strict=True))
_COMPOSABLE = re.compile(
    f"[{_FIRSTS}][{_SECONDS}]+|[\uff66-\uff9d][{_VOICED}]"
    "|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]"
)
_SECOND = re.compile(f"[{_SECONDS}{_VOICED}\u1161-\u1175\u11a8-\u11c2]")
_BEYOND_ASCII = re.compile(r"[^\0-\x7f]+")
_GERSHAYIM = re.compile('"(?<=[א-ת]")(?=[א-ת])')

_LETTERS = r"^\0-/:-@\[-`{-\x7f"
"""What is in words of a reading, as a class of a regular expression: letters and digits, and all beyond ASCII."""

# 1,500 and 12,34,567, but not a list of numbers.
_GROUPED = rf"(?<![{_LETTERS}])(?<![0-9],)[0-9]{{1,3}}(?:(?:,[0-9]{{3}})+|(?:,[0-9]{{2}})+,[0-9]{{3}})(?!,?[0-9])"
_GROUPED_NUMBER = re.compile(_GROUPED)
_GROUP = re.compile(",(?<=[0-9],)(?=[0-9]{2})")
_WORD = re.compile(f"[{_LETTERS}]+")
_SPACES_BETWEEN_WORDS = str.maketrans({letter: " " for letter in map(chr, range(0x80)) if not letter.isalnum()})
_WORD_OR_NUMBER = re.compile(f"{_GROUPED}[{_LETTERS}]*|[{_LETTERS}]+")

_RUN = re.compile(f"[{''.join(map('-'.join, UNSPACED_BLOCKS))}]+")
_MARK = re.compile(f"[{''.join(marks_after_letters())}]")
_UNIT = re.compile(f".{_MARK.pattern}*", re.DOTALL)

_LETTER = re.compile(f"[{_LETTERS}]")
_JOINER = re.compile(f"['`-](?<=[{_LETTERS}].)(?=[{_LETTERS}])")
_CHAIN = re.compile(f"[{_LETTERS}]+(?:['`-][{_LETTERS}]+)+")
# “And” is written with the next word; a shorter rest is hardly a word of its own.
_CONJOINED = re.compile(f"(?<![{_LETTERS}])و([ء-ي]{{3,}})(?![{_LETTERS}])")
_WITHOUT_HYPHEN = re.compile("[^-]+")
_SEPARATE_PARTS = re.compile("['`-]")
_DIGIT_COMMA_DIGIT = re.compile("[0-9],[0-9]")
_ELISION = re.compile("(?:[a-z]|qu)['`]")
_POSSESSIVES = ("'s", "`s")
_WITHOUT_JOINERS = str.maketrans("", "", "'`-")

_JOINERS = dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-") | dict.fromkeys("٬，", ",")


class _Readings(dict[int, str]):
    """How each code point is read, computed on first use: letters, a space, a joiner, or _INVISIBLE; ASCII as it is."""

    def __missing__(self, code: int) -> str:
        reading = chr(code) if code < FIRST_BEYOND_ASCII else _reading(chr(code))
        if len(self) >= MAX_CACHED_CODE_POINTS:
            self.clear()
        self[code] = reading
        return reading


def _reading(character: str) -> str:
    if character in _JOINERS:
        return _JOINERS[character]
    if not is_assigned(character):
        return " "
    if is_invisible(character):
        return _INVISIBLE
    folded = unicodedata.normalize("NFC", fold_character(character)).lower()
    letters = "".join(_JOINERS.get(letter) or (letter if is_in_words(letter) else " ") for letter in folded)
    # Signs such as ™, ㎞ and ½ do not belong to the word before them.
    is_sign = " " in letters or unicodedata.category(character)[0] == "S"
    return (f" {letters.strip()} " if letters.strip() else " ") if is_sign else letters


_READINGS = _Readings()


def _prepare(text: str) -> str:
    """Return a text of the same length in which letters are composed, each followed by _INVISIBLE for its parts."""
    text = text.replace(_INVISIBLE, " ")
    if '"' in text:
        text = _GERSHAYIM.sub("'", text)
    return _COMPOSABLE.sub(_compose, text) if _SECOND.search(text) else text


def _compose(letters: re.Match[str]) -> str:
    source = letters[0]
    composed = unicodedata.normalize("NFKC" if source[-1] in _VOICED else "NFC", source)
    return composed.ljust(len(source), _INVISIBLE)


def _read(prepared: str) -> str:
    # A word of another script is replaced as a whole, a quotation mark in an English text by itself.
    is_mostly_ascii = len(prepared.encode(errors="replace")) < 1.2 * len(prepared)
    return _BEYOND_ASCII.sub(_read_run, prepared) if is_mostly_ascii else prepared.translate(_READINGS)


def _read_run(run: re.Match[str]) -> str:
    return run[0].translate(_READINGS)


class _Reading:
    """A text as it is read: letters and digits, joiners, commas, and other ASCII, which separates words."""

    def __init__(self, text: str) -> None:
        self.text = text
        """Letters of ASCII keep their case."""
        self._source, self._is_aligned = text, True
        if not text.isascii():
            read = _read(_prepare(text))
            self.text = read.replace(_INVISIBLE, "")
            self._is_aligned = len(self.text) == len(read) == len(text)

    @cached_property
    def has_runs(self) -> bool:
        """Whether a script without spaces occurs."""
        return not self.text.isascii() and _RUN.search(self.text) is not None

    @cached_property
    def _spaced(self) -> str:
        """The reading with spaces in the place of runs."""
        return _RUN.sub(lambda run: " " * len(run[0]), self.text) if self.has_runs else self.text

    def scan(self) -> tuple[list[Token], list[Token]]:
        """Return the tokens, and apart from them the last character of a run that ends the text."""
        words, has_tail = self._words
        tokens = [Token(word, *place) for word, place in zip(words, self._places(), strict=True)]
        return (tokens[:-1], tokens[-1:]) if has_tail else (tokens, [])

    def words(self) -> list[str]:
        """Return the words of the tokens; without their places, this takes a fraction of the time."""
        words, has_tail = self._words
        return words[:-1] if has_tail else words

    def tail(self) -> list[str]:
        """Return the last character of a run at the end of the text, if the run has others."""
        words, has_tail = self._words if self.has_runs else ([], False)
        return words[-1:] if has_tail else []

    @cached_property
    def _words(self) -> tuple[list[str], bool]:
        """All words, and whether the last of them is the end of a run that has more characters."""
        if self.has_runs:
            words = [word for _, units in self._parts for word in (*map("".join, pairwise(units)), units[-1])]
        elif self._pattern is _WORD and self.text.isascii():
            words = self.text.lower().translate(_SPACES_BETWEEN_WORDS).split()
        else:
            words = self._pattern.findall(self.text.lower())
        if "," in self.text:
            words = [word.replace(",", "") for word in words]
        return (list(map(_cut, words)) if self.has_long_words() else words), self.has_runs and len(
            self._parts[-1][1]
        ) > 1

    @cached_property
    def _parts(self) -> list[tuple[int, list[str]]]:
        """The place of each run and each word between runs, and its characters or the word as the only one."""
        words = ((match.start(), [match[0]]) for match in self._pattern.finditer(self._spaced.lower()))
        runs = ((match.start(), _units(match[0])) for match in _RUN.finditer(self.text))
        return sorted((*words, *runs))

    def _places(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of all words."""
        if not self.has_runs:
            yield from (match.span() for match in self._pattern.finditer(self.text))
            return
        for start, units in self._parts:
            edges = list(accumulate(map(len, units), initial=start))
            yield from zip(edges, edges[2:], strict=False)
            yield edges[-2], edges[-1]

    @property
    def _pattern(self) -> re.Pattern[str]:
        """The pattern of words in `_spaced`: a simple one where it serves."""
        return _WORD_OR_NUMBER if _GROUP.search(self.text) else _WORD

    def has_long_words(self) -> bool:
        """Return whether a word may be longer than a token."""
        return _has_long_words(self.text)

    def joined(self) -> Iterator[Token]:
        """Yield the joined forms."""
        read, end = self._spaced, 0
        for joiner in _JOINER.finditer(read):
            if joiner.start() < end:
                continue
            start = joiner.start()
            while start > end and _LETTER.match(read, start - 1):
                start -= 1
            end = _CHAIN.match(read, start).end()  # type: ignore[union-attr] # the joiner stands between letters
            if not _is_within_number(read, start, end):
                chain = read[start:end].lower()
                for first, last in dict.fromkeys(_joined_spans(chain)):
                    yield Token(_cut(chain[first:last].translate(_WITHOUT_JOINERS)), start + first, start + last)

    def apart(self) -> Iterator[Token]:
        """Yield what is indexed apart from the tokens: joined forms, and Arabic words after the conjunction in them."""
        yield from self.joined()
        if "و" in self.text:
            yield from (Token(_cut(word[1]), *word.span(1)) for word in _CONJOINED.finditer(self._spaced))

    def place(self, tokens: Iterable[Token]) -> list[Token]:
        """Return tokens as tokens of the text; accents after a letter belong to its token."""
        if self._is_aligned:
            return list(tokens)
        readings = [_READINGS[ord(one)] for one in _prepare(self._source)]
        starts = [at for at, reading in enumerate(readings) if reading != _INVISIBLE for _ in reading]
        ends = list(range(1, len(readings) + 1))
        for at in range(len(readings) - 2, -1, -1):
            if readings[at + 1] == _INVISIBLE and unicodedata.category(self._source[at + 1]) != "Cf":
                ends[at] = ends[at + 1]
        return [Token(token, starts[start], ends[starts[end - 1]]) for token, start, end in tokens]


def _units(run: str) -> list[str]:
    """Return the characters of a run, with their marks."""
    return _UNIT.findall(run) if _MARK.search(run) else list(run)


def _has_long_words(text: str) -> bool:
    """Return whether a word of a reading may be longer than a token."""
    # A longer one covers one of these parts, and most texts have spaces in all of them.
    limit = MAX_TOKEN_BYTES // 4
    size = limit // 2
    may_have_one = any(text.find(" ", at, at + size) < 0 for at in range(0, len(text) - size + 1, size))
    return may_have_one and max(map(len, text.split()), default=0) > limit


# An index takes the words of a text, then its joined forms.
_recent_reading = lru_cache(maxsize=2)(_Reading)


def _cut(token: str) -> str:
    if len(token) <= MAX_TOKEN_BYTES // 4:
        return token
    return token.encode()[:MAX_TOKEN_BYTES].decode(errors="ignore")


def _is_within_number(read: str, start: int, end: int) -> bool:
    """Return whether a chain begins or ends within a number such as 1,500."""
    return bool(_DIGIT_COMMA_DIGIT.match(read, max(start - 2, 0)) or _DIGIT_COMMA_DIGIT.match(read, end - 1))


def _joined_spans(chain: str) -> Iterator[tuple[int, int]]:
    """Yield which characters of a chain to join: all, and those of a name in it, as in O'Byrne's and anti-Da'esh."""
    yield 0, len(chain)
    parts = [part.span() for part in _WITHOUT_HYPHEN.finditer(chain)]
    for start, end in [(0, len(chain)), *parts]:
        stem_end = end - 2 if chain.endswith(_POSSESSIVES, start, end) else end
        elision = _ELISION.match(chain, start, stem_end)
        for span in ((start, end), (start, stem_end), (elision.end() if elision else start, stem_end)):
            if _JOINER.search(chain, *span):
                yield span


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text in order; those of a script without spaces overlap."""
    reading = _Reading(text)
    return reading.place(reading.scan()[0])


def words(text: str) -> list[str]:
    """Return the words of the tokens of a text."""
    return _Reading(text).words()


def joined(text: str) -> list[Token]:
    """Return the joined forms of words with apostrophes and hyphens, and Arabic words after the conjunction in them.

    Each joined form of a whole word comes before those of names within it.
    """
    reading = _Reading(text)
    return reading.place(reading.apart())


def joined_form(text: str) -> str | None:
    """Return the joined form of a text that is one word with apostrophes or hyphens; None for any other."""
    reading = _Reading(text)
    whole = next(reading.joined(), None)
    if whole is None or len(_SEPARATE_PARTS.split(reading.text[whole.start : whole.end])) != len(reading.words()):
        return None
    return whole.token


TITLE_MARK = "¦"
"""What precedes the joined words of a title where those of title and text are indexed together; no token has it."""


def joined_words(title: str, text: str) -> list[str]:
    """Return the words to index apart from the tokens: those of `joined`, and last characters of runs.

    Those of the title occur twice, the second time with TITLE_MARK.
    """
    in_title, in_text = _joined_words(title), _joined_words(text)
    return [*in_title, *in_text, *(_cut(TITLE_MARK + word) for word in in_title)]


def _joined_words(field: str) -> list[str]:
    if field.isascii() and not _JOINER.search(field):
        return []
    reading = _recent_reading(field)
    return [token.token for token in reading.apart()] + reading.tail()


def is_open(words: list[str]) -> bool:
    """Return whether the last of the words of a query is one character of a run, which may go on in a text.

    It then stands for all words that begin with it.
    """
    return bool(words) and _RUN.match(words[-1]) is not None and len(_UNIT.findall(words[-1])) == 1


def spaced_words(text: str) -> str:
    """Return a text whose words are the runs of letters and digits of ASCII and of all characters beyond it.

    Letters of ASCII keep their case: for ASCII, this takes next to no time.
    """
    if text.isascii() and not _has_long_words(text) and not _GROUP.search(text):
        return text
    reading = _recent_reading(text)
    if reading.has_runs or reading.has_long_words():
        return " ".join(reading.words())
    return _GROUPED_NUMBER.sub(lambda number: number[0].replace(",", ""), reading.text)


def read_text(text: str) -> tuple[list[Token], list[Token], list[Token]]:
    """Return the tokens of a text, the last character of a run at its end (or nothing), and the joined forms."""
    reading = _Reading(text)
    scanned, tail = reading.scan()
    placed = reading.place([*scanned, *tail, *reading.apart()])
    end = len(scanned) + len(tail)
    return placed[: len(scanned)], placed[len(scanned) : end], placed[end:]
