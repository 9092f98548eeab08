"""Tens of thousands of given names with their gender, in a form that takes hardly more memory than their letters."""

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from seed.extract.lexicon.lexicon import LEXICON_FOLDER

_PREFIX_LENGTH = 3


class GivenNames:
    """The names of given_names.txt: one string for all that begin with the same letters, in which a name is searched.

    A dictionary of as many strings would take six times the memory and is no faster.
    """

    def __init__(self, text: str) -> None:
        groups: dict[str, list[str]] = defaultdict(list)
        for line in text.splitlines():
            if not line.startswith("#"):
                for entry in line.split():
                    groups[entry.partition(".")[0][:_PREFIX_LENGTH]].append(entry)
        self._entries = {start: f" {' '.join(entries)} " for start, entries in groups.items()}

    def __len__(self) -> int:
        """Return the number of names."""
        return sum(entries.count(".") for entries in self._entries.values())

    def __contains__(self, name: object) -> bool:
        """Return whether a word in lower case is a given name."""
        return isinstance(name, str) and f" {name}." in self._entries.get(name[:_PREFIX_LENGTH], "")

    def gender(self, name: str) -> str | None:
        """Return `f` or `m` for a name in lower case that nearly all its bearers of one gender have, else None."""
        entries = self._entries.get(name[:_PREFIX_LENGTH], "")
        index = entries.find(f" {name}.")
        return entries[index + len(name) + 2 :][:1].strip() or None if index >= 0 else None


@lru_cache(maxsize=1)
def load_given_names(folder: Path = LEXICON_FOLDER) -> GivenNames:
    """Return the given names that ship, read once."""
    return GivenNames((folder / "given_names.txt").read_text(encoding="ascii"))
