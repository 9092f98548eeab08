"""The words that the rules need: titles by class, and what can or cannot begin, join or end a name."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from app.text.folding import fold_code_points
from seed.extract.lexicon.lexicon import FOLDER, LOADER
from seed.extract.text.tokens import Token, tokenize

# Between the words of a title: a space, an abbreviation's full stop, a hyphen.
_TITLE_GAPS = frozenset({" ", ". ", "-", ".", "- ", " -", " - "})


_HEADS = ("organization_heads", "unit_heads", "armed_group_heads")
_SAYING = ("say", "say_or_noun", "say_quoting")


class Title(NamedTuple):
    """A title at words [first, last) of a document, with its class."""

    first: int
    last: int
    rank: str


class WordLists:
    """Titles, and for each word in small letters the lists it stands in; see seed/lexicon/words.yaml, titles.yaml."""

    def __init__(self, titles: dict[str, list[str]], words: dict[str, list[str]], metonyms: dict[str, Any]) -> None:
        self.capitals: dict[str, str] = metonyms["capitals"]
        self._titles = _tree(titles)
        self.kinds: dict[str, frozenset[str]] = {}
        lists = {name: frozenset(items) for name, items in words.items()}
        lists |= {f"metonym_{name}": frozenset(metonyms[name]) for name in ("verbs", "ready", "belongings", "before")}
        lists["cues"] = frozenset({"according"}).union(*(lists[name] for name in _SAYING))
        lists["heads"] = frozenset().union(*(lists[name] for name in _HEADS))
        lists["title_starts"] = frozenset(self._titles.after)
        for word in frozenset().union(*lists.values()):
            self.kinds[word] = frozenset(name for name, items in lists.items() if word in items)

    def title_at(self, tokens: Sequence[Token], index: int) -> Title | None:
        """Returns the longest title that begins at a word, if any."""
        node: _Node | None = self._titles.after.get(tokens[index].text.lower())
        found = None
        place = index
        while node is not None:
            place += 1
            if node.rank is not None:
                found = Title(index, place, node.rank)
            if place == len(tokens) or tokens[place].gap not in _TITLE_GAPS:
                break
            node = node.after.get(tokens[place].text.lower())
        return found


class _Node:
    """A word of titles: the class of the title that ends here, if one does, and the words that may follow."""

    def __init__(self) -> None:
        self.rank: str | None = None
        self.after: dict[str, _Node] = {}


def _tree(titles: dict[str, list[str]]) -> _Node:
    root = _Node()
    for rank, texts in titles.items():
        for text in texts:
            node = root
            for token in tokenize(fold_code_points(text)):
                node = node.after.setdefault(token.text.lower(), _Node())
            node.rank = node.rank or rank
    return root


@lru_cache(maxsize=1)
def load_word_lists(folder: Path = FOLDER) -> WordLists:
    """Returns the rules' words that ship, read once."""
    names = ("titles.yaml", "words.yaml", "metonyms.yaml")
    titles, words, metonyms = (yaml.load((folder / name).read_text("utf-8"), Loader=LOADER) for name in names)  # noqa: S506
    return WordLists(titles, words, metonyms)
