"""The word lists of the rules: titles by class, and words that can or cannot begin, join or end a name."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from app.text.folding import fold_code_points
from app.text.person_names import FAMILY_NAMES_FIRST
from seed.extract.lexicon.given_names import load_given_names
from seed.extract.lexicon.lexicon import LEXICON_FOLDER, SAFE_YAML_LOADER
from seed.extract.text.tokens import Token, WordKinds, tokenize

# Between the words of a title: a space, an abbreviation's full stop, a hyphen.
_TITLE_GAPS = frozenset({" ", ". ", "-", ".", "- ", " -", " - "})
_HEADS = ("organization_heads", "unit_heads", "armed_group_heads")
# Those of words.yaml that are not lists of words in lower case.
_OTHER_LISTS = frozenset({"compounds", "legal_forms", "ranks"})
_VERBS_OF_SAYING = ("say", "say_or_noun", "say_quoting")


class PersonTitle(NamedTuple):
    """A title at words [first, last) of a document, with its class."""

    first: int
    last: int
    rank: str


class WordLists:
    """Titles, and the names of the word lists of each word in lower case; see titles.yaml and words.yaml."""

    def __init__(
        self,
        titles: dict[str, list[str]],
        words: dict[str, Any],
        metonyms: dict[str, Any],
        designations: dict[str, list[str]],
        peoples: dict[str, list[str]],
    ) -> None:
        self.capitals: dict[str, str] = metonyms["capitals"]
        self.designations = {name: frozenset(items) for name, items in designations.items()}
        self.given_names = load_given_names()
        self.compounds = {name: frozenset(items) for name, items in words["compounds"].items()}
        # Matched in their own letter case, as "se" and "as" are words.
        self.legal_forms = frozenset(words["legal_forms"])
        self.ranks: dict[str, str] = {word: rank for rank, words_ in words["ranks"].items() for word in (rank, *words_)}
        self._titles = _title_tree(titles)
        self.kinds: dict[str, frozenset[str]] = {}
        lists = {name: frozenset(items) for name, items in words.items() if name not in _OTHER_LISTS}
        lists |= {f"metonym_{name}": frozenset(items) for name, items in metonyms.items() if name != "capitals"}
        lists["family_names"] = FAMILY_NAMES_FIRST
        lists["peoples"] = frozenset(form.lower() for forms in peoples.values() for form in forms)
        lists["cues"] = frozenset({"according"}).union(*(lists[name] for name in _VERBS_OF_SAYING))
        lists["heads"] = frozenset().union(*(lists[name] for name in _HEADS))
        lists["title_starts"] = frozenset(self._titles.after)
        for word in frozenset().union(*lists.values()):
            self.kinds[word] = frozenset(name for name, items in lists.items() if word in items)
        self.word_kinds = WordKinds(self.kinds, self.given_names)

    def title_at(self, tokens: Sequence[Token], index: int) -> PersonTitle | None:
        """Return the longest title that begins at a word, or None."""
        node: _Node | None = self._titles.after.get(tokens[index].text.lower())
        title = None
        end = index
        while node is not None:
            end += 1
            if node.rank is not None:
                title = PersonTitle(index, end, node.rank)
            if end == len(tokens) or tokens[end].gap not in _TITLE_GAPS:
                break
            node = node.after.get(tokens[end].text.lower())
        return title


class _Node:
    """A node of the title tree: the class of the title that ends here, if any, and the next words."""

    def __init__(self) -> None:
        self.rank: str | None = None
        self.after: dict[str, _Node] = {}


def _title_tree(titles: dict[str, list[str]]) -> _Node:
    root = _Node()
    for rank, texts in titles.items():
        for text in texts:
            node = root
            for token in tokenize(fold_code_points(text)):
                node = node.after.setdefault(token.text.lower(), _Node())
            node.rank = node.rank or rank
    return root


@lru_cache(maxsize=1)
def load_word_lists(folder: Path = LEXICON_FOLDER) -> WordLists:
    """Return the word lists that ship, read once."""
    names = ("titles.yaml", "words.yaml", "metonyms.yaml", "designations.yaml", "peoples.yaml")
    texts = ((folder / name).read_text("utf-8") for name in names)
    titles, words, metonyms, designations, peoples = (yaml.load(text, Loader=SAFE_YAML_LOADER) for text in texts)  # noqa: S506
    return WordLists(titles, words, metonyms, designations, peoples)
