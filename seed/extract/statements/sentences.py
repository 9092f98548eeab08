"""Sentences with their quotations; a full stop inside a quotation does not end a sentence."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from seed.extract.context import DocumentContext
from seed.extract.statements.quotes import Quote

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "lt",
        "col",
        "maj",
        "capt",
        "cpt",
        "sgt",
        "adm",
        "cmdr",
        "brig",
        "sen",
        "rep",
        "gov",
        "amb",
        "st",
        "no",
        "vs",
        "etc",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "jr",
        "sr",
        "spc",
        "cpl",
        "pvt",
        "pfc",
        "tech",
        "cdr",
        "rev",
        "hon",
        "mt",
        "ft",
    ]
)


class Sentence(NamedTuple):
    """Words [first, last), the number of the paragraph, the quotations, and the indexes of the words outside them."""

    first: int
    last: int
    paragraph: int
    quotes: tuple[Quote, ...]
    outside: frozenset[int]


def find_sentences(context: DocumentContext, quotes: Sequence[Quote]) -> list[Sentence]:
    """Return the sentences, in order."""
    sentences = []
    owners = _owners(context, quotes)
    first = paragraph = 0
    for index in range(1, len(context.tokens) + 1):
        if index == len(context.tokens) or (context.tokens[index].gap != " " and _is_border(context, owners, index)):
            sentences.append(_sentence(first, index, paragraph, quotes, owners))
            first = index
            paragraph += index < len(context.tokens) and "\n" in context.tokens[index].gap
    return sentences


def _owners(context: DocumentContext, quotes: Sequence[Quote]) -> list[int]:
    """Return for each word the number of its quotation, or -1."""
    owners = [-1] * len(context.tokens)
    starts = [token.start for token in context.tokens]
    for number, quote in enumerate(quotes):
        first, last = bisect_left(starts, quote.opened), bisect_left(starts, quote.closed)
        owners[first:last] = [number] * (last - first)
    return owners


def _is_border(context: DocumentContext, owners: Sequence[int], index: int) -> bool:
    if owners[index] >= 0 and owners[index] == owners[index - 1]:
        return False
    gap = context.tokens[index].gap
    if "\n" in gap or "! " in gap or "? " in gap:
        return True
    if not any(mark in gap for mark in (". ", '."', ".)", '?"', '!"')):
        return False
    before = context.tokens[index - 1].text
    if gap in (". ", '. "') and (len(before) == 1 or before.endswith(".") or before.lower() in _ABBREVIATIONS):
        return gap == '. "' and len(before) > 2
    return context.tokens[index].is_capital or '"' in gap or context.tokens[index].text[0].isdigit()


def _sentence(first: int, last: int, paragraph: int, quotes: Sequence[Quote], owners: Sequence[int]) -> Sentence:
    inside = sorted({owners[index] for index in range(first, last)} - {-1})
    outside = frozenset(index for index in range(first, last) if owners[index] < 0)
    return Sentence(first, last, paragraph, tuple(quotes[number] for number in inside), outside)
