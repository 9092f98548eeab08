"""Where the leaves of a text query occur in a text, as ranges of its code points.

Words are compared as the tokenizer yields them; order and distance are those of the tokens, and tokens of scripts
without spaces may overlap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from operator import eq

from app.deadline import check_deadline
from app.text.query_tree import Leaf, Near, Term
from app.text.tokenizer import is_open, joined_form, read_text, words

Range = tuple[int, int]
"""First token and the token after the last one."""

Span = tuple[int, int]
"""First code point and the code point after the last one."""


# The terms of a query are compared with each text of a page.
_words_of = lru_cache(words)
_joined_form_of = lru_cache(joined_form)


class SearchedText:
    """A text and the places of its words."""

    def __init__(self, text: str) -> None:
        own, tail, self._joined = read_text(text)
        self._count = len(own)
        # The last character of a run is found by itself, but is no word after the others.
        self._tokens = [*own, *tail]
        self._words = [token.token for token in self._tokens]
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            self._places.setdefault(word, []).append(place)

    def spans(self, leaf: Leaf) -> list[Span]:
        """Return the code points in which a leaf occurs, in order; occurrences that overlap are one."""
        if isinstance(leaf, Near):
            spans = [self._span(*one) for one in self._near(leaf)]
        else:
            ends_within = leaf.kind != "prefix" and is_open(_words_of(leaf.text))
            spans = [self._span(*one, ends_within=ends_within) for one in self._term(leaf)]
            starts = {start for start, _ in spans}
            if leaf.kind != "phrase":
                spans += [span for span in self._joined_spans(leaf) if span[0] not in starts]
        return list(_merged(sorted(spans)))

    def _span(self, first: int, last: int, *, ends_within: bool = False) -> Span:
        """Return the code points of a range; if it ends within a token of a run, that of its first character."""
        end = self._tokens[last - 1].end
        if ends_within:
            end = min([end, *(token.start for token in self._tokens[last : last + 1])])
        return self._tokens[first].start, end

    def _joined_spans(self, term: Term) -> list[Span]:
        """Return where the text has a joined form that is the word, or the joined form of the word."""
        own = _words_of(term.text)
        wanted = own[0] if len(own) == 1 else _joined_form_of(term.text)
        if wanted is None:
            return []
        matches = partial(_begins if term.kind == "prefix" else eq, wanted)
        places = [place for word, places in self._places.items() if len(own) > 1 and matches(word) for place in places]
        tokens = [*(self._tokens[place] for place in places), *(one for one in self._joined if matches(one.token))]
        return [(token.start, token.end) for token in tokens]

    def _term(self, term: Term) -> list[Range]:
        """Return the occurrences of a term, in order."""
        *middle, last = own = _words_of(term.text)
        count = len(own)
        if term.kind == "prefix" or is_open(own):
            lasts = sorted(at for word, places in self._places.items() if word.startswith(last) for at in places)
            ranges = ((at + 1 - count, at + 1) for at in lasts if at + 1 >= count)
            matching = [one for one in ranges if self._words[one[0] : one[1] - 1] == middle]
        else:
            starts = self._places.get(own[0], ())
            matching = [(at, at + count) for at in starts if self._words[at : at + count] == own]
        return [one for one in matching if count == 1 or one[1] <= self._count]

    def _near(self, near: Near) -> set[Range]:
        """Return the occurrences of the terms of a group where all of them are near each other."""
        occurrences = [[one for one in self._term(term) if one[1] <= self._count] for term in near.terms]
        starts = [[first for first, _ in ranges] for ranges in occurrences]
        close: set[Range] = set()
        for last_start in sorted({first for ranges in occurrences for first, _ in ranges}):
            group: list[Range] = []
            for ranges, own_starts in zip(occurrences, starts, strict=True):
                length = ranges[0][1] - ranges[0][0] if ranges else 0
                low = bisect_left(own_starts, last_start - near.distance - length)
                high = bisect_right(own_starts, last_start)
                if low == high:
                    break
                group += ranges[low:high]
            else:
                close.update(group)
        return close


def _begins(beginning: str, word: str) -> bool:
    return word.startswith(beginning)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield sorted spans, those that overlap as one."""
    start = end = -1
    for first, last in spans:
        if first >= end:
            if end >= 0:
                yield start, end
            start = first
        end = max(end, last)
    if end >= 0:
        yield start, end


def find_leaves(leaves: Iterable[Leaf], texts: Mapping[str, str]) -> dict[str, list[tuple[Leaf, int, int]]]:
    """Return for each text, by the name of its field, the occurrences of leaves as (leaf, start, end)."""
    wanted = list(dict.fromkeys(leaves))
    found: dict[str, list[tuple[Leaf, int, int]]] = {field: [] for field in texts}
    for field, text in texts.items() if wanted else ():
        check_deadline()
        searched = SearchedText(text)
        own = (leaf for leaf in wanted if field == "title" or not leaf.in_title)
        found[field] += [(leaf, *span) for leaf in own for span in searched.spans(leaf)]
    return found
