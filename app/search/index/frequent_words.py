"""The words that stand in many articles: for each of them the revisions that contain it, as Roaring bitmaps.

The text index of a database lists the revisions of a word one by one, which takes long for half a million of them. The
words of a revision never change and ids of revisions only grow, so that what is stored of some ids stays right: a
publish adds a part for the ids that are new. Revisions that are not served are left out where positions are looked up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic_core import from_json, to_json
from pyroaring import BitMap

from app.text.tokenizer import TITLE_MARK, TOKENIZER_VERSION

# Below that, the text index answers within a few milliseconds.
MIN_SHARE = 0.03
"""The share of the revisions that contain a frequent word when the words are chosen."""

MIN_REVISIONS = 10_000
"""The number of revisions below which no word is frequent."""

MAX_REVISION_ID = 2**32 - 1
"""The greatest id that a bitmap has room for."""

MAX_LENGTH = 200
"""The number of characters of the longest word that is frequent."""

PART_BYTES = 6_000_000
"""About how many bytes a part has."""

_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class WordEntry:
    """A part in the manifest: bitmaps of some frequent words for the revisions after `after`, up to `last`.

    `chosen` is the last id when the words were chosen, and `tokenizer` the version of the tokenizer that read them.
    Only the parts of the first revisions list their `words`, so that a publish need not read them.
    """

    name: str
    after: int
    last: int
    chosen: int
    tokenizer: int = TOKENIZER_VERSION
    words: tuple[str, ...] = ()


class WordPart:
    """The bitmaps of a part, each read from its bytes when it is needed."""

    def __init__(self, data: bytes) -> None:
        """Read the header of a part that `encode_words` made."""
        size = int.from_bytes(data[:_LENGTH_BYTES], "little")
        self._data = memoryview(data)
        self._spans: dict[str, tuple[int, int]] = {}
        start = _LENGTH_BYTES + size
        for word, length in from_json(data[_LENGTH_BYTES : _LENGTH_BYTES + size]):
            self._spans[word] = (start, start + length)
            start += length

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def revisions(self, word: str) -> BitMap | None:
        """Return the revisions with a word, None if the part does not have it."""
        span = self._spans.get(word)
        return None if span is None else BitMap.deserialize(bytes(self._data[span[0] : span[1]]))


def encode_words(revisions: Iterable[tuple[str, BitMap]], part_bytes: int = PART_BYTES) -> Iterator[bytes]:
    """Yield the parts of words and their bitmaps, each with as many words as fit, as soon as it is full.

    There is at least one: that no word is frequent is worth knowing, too.

    The same words and bitmaps, in the same order, give the same bytes; the bitmaps are compressed in place.
    """
    group: dict[str, bytes] = {}
    size = count = 0
    for word, bitmap in revisions:
        bitmap.run_optimize()
        group[word] = bitmap.serialize()
        size += len(group[word])
        if size >= part_bytes:
            yield _pack(group)
            group, size, count = {}, 0, count + 1
    if group or not count:
        yield _pack(group)


def _pack(bitmaps: Mapping[str, bytes]) -> bytes:
    header = to_json([(word, len(data)) for word, data in bitmaps.items()])
    return b"".join([len(header).to_bytes(_LENGTH_BYTES, "little"), header, *bitmaps.values()])


@dataclass(frozen=True)
class FrequentWords:
    """The frequent words of the revisions up to some id: parts, each with the entry that it has in the manifest."""

    entries: tuple[WordEntry, ...] = ()
    parts: tuple[WordPart, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that were chosen."""
        return frozenset(chosen_words(self.entries))

    def revisions(self, word: str) -> BitMap | None:
        """Return all revisions with a word, None if it is not frequent."""
        if word not in self.words:
            return None
        found = [bitmap for part in self.parts if (bitmap := part.revisions(word)) is not None]
        return found[0] if len(found) == 1 else BitMap.union(*found)


def chosen_words(entries: Iterable[WordEntry]) -> list[str]:
    """Return the words of these entries, in order."""
    return sorted(word for entry in entries for word in entry.words)


def readable(entries: Iterable[WordEntry]) -> tuple[WordEntry, ...]:
    """Return the entries whose words this release reads as it reads those of a query."""
    return tuple(entry for entry in entries if entry.tokenizer == TOKENIZER_VERSION)


def may_be_frequent(word: str) -> bool:
    """Return whether queries look for a word of the text index by itself, and all stores index it as it is."""
    return 0 < len(word) <= MAX_LENGTH and not word.startswith(TITLE_MARK)


def ranges_to_merge(entries: Sequence[WordEntry], last: int) -> int:
    """Return the number of entries to keep before a new range up to `last`, with which the others are merged.

    A range is merged with one that is less than twice as long, so that their number grows with the logarithm of the
    number of revisions, and each revision is written again as often at most.
    """
    kept = list(entries)
    start = kept[-1].last if kept else 0
    while kept and kept[-1].last - kept[-1].after < 2 * (last - start):
        start = kept[-1].after
        kept = [entry for entry in kept if entry.after != start]
    return len(kept)
