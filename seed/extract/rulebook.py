"""The words that the rules need: titles by class, and what can or cannot begin, join or end a name."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from seed.extract.fold import fold
from seed.extract.lexicon import FOLDER
from seed.extract.tokens import Token, tokenize

# Between the words of a title: a space, an abbreviation's full stop, a hyphen.
_TITLE_GAPS = frozenset({" ", ". ", "-", ".", "- ", " -", " - "})


_SAYING = ("say", "say_or_noun", "say_quoting")


class Title(NamedTuple):
    """A title at words [first, last) of a document, with its class."""

    first: int
    last: int
    rank: str


class Rulebook:
    """Lists of words by purpose, all in small letters; see seed/lexicon/words.yaml and titles.yaml."""

    def __init__(self, titles: dict[str, list[str]], words: dict[str, list[str]]) -> None:
        self._titles = _by_first_word(titles)
        self._words = {name: frozenset(items) for name, items in words.items()}
        self._words["cues"] = frozenset({"according"}).union(*(self._words[name] for name in _SAYING))

    def has(self, kind: str, word: str) -> bool:
        """Whether a word stands in a list, whatever its case."""
        return word.lower() in self._words[kind]

    def title_at(self, tokens: Sequence[Token], index: int) -> Title | None:
        """Returns the longest title that begins at a word, if any."""
        for words, rank in self._titles.get(tokens[index].text.lower(), ()):
            last = index + len(words)
            if last <= len(tokens) and _matches(tokens, index, words):
                return Title(index, last, rank)
        return None


def _matches(tokens: Sequence[Token], index: int, words: tuple[str, ...]) -> bool:
    return all(
        tokens[index + place].text.lower() == words[place] and tokens[index + place].gap in _TITLE_GAPS
        for place in range(1, len(words))
    )


def _by_first_word(titles: dict[str, list[str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words, rank in sorted(set(_title_words(titles)), key=lambda pair: (-len(pair[0]), pair)):
        index.setdefault(words[0], []).append((words, rank))
    return index


def _title_words(titles: dict[str, list[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    for rank, texts in titles.items():
        for text in texts:
            yield tuple(token.text.lower() for token in tokenize(fold(text))), rank


@lru_cache(maxsize=1)
def load_rulebook(folder: Path = FOLDER) -> Rulebook:
    """Returns the rules' words that ship, read once."""
    titles, words = (
        yaml.safe_load((folder / name).read_text(encoding="utf-8")) for name in ("titles.yaml", "words.yaml")
    )
    return Rulebook(titles, words)
