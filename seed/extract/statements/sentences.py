"""Sentences with their quotations; a full stop inside a quotation does not end a sentence."""

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from itertools import chain
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
        "det",
        "insp",
        "supt",
        "asst",
        "dep",
        "atty",
        "pres",
        "messrs",
        "mme",
        "fr",
        "sr",
    ]
)


_ENDS = re.compile(r"\n|[!?;] ")
"""What ends a sentence in any gap outside a quotation."""
_CAN_END = re.compile(r'\n|[!?;] |\.[ ")]|[?!]"')
"""What may end one, too."""
# After a quotation a dash, perhaps on a line of its own, or the next line, and whoever signs it belong to the sentence.
AFTER_QUOTATION = re.compile(r'[.!?,]*"[.!?,]?(?:\s*-+\s*|[^\S\n]*\n(?:> ?)?)')
"""The gap between a quotation and the name that signs it."""
_MAX_SIGNATURE_LENGTH = 80
# "“Why?” the former mayor of the city asked"
_MAX_SUBJECT_WORDS = 8
_VERBS = frozenset({"say", "say_quoting"})


class Sentence(NamedTuple):
    """Words [first, last), the number of the paragraph, the quotations, and the indexes of the words outside them."""

    first: int
    last: int
    paragraph: int
    quotes: tuple[Quote, ...]
    outside: Collection[int]


def find_sentences(context: DocumentContext, quotes: Sequence[Quote]) -> list[Sentence]:
    """Return the sentences, in order; a document without words has none."""
    sentences = []
    owners = _owners(context, quotes)
    after_marks = (words for gap, words in context.words_by_gap.items() if _CAN_END.search(gap))
    borders = [
        index for index in sorted(chain.from_iterable(after_marks)) if index and _is_border(context, owners, index)
    ]
    first = paragraph = 0
    for last in (*borders, len(context.tokens)) if context.tokens else ():
        sentences.append(_sentence(first, last, paragraph, quotes, owners))
        first = last
        paragraph += last < len(context.tokens) and "\n" in context.tokens[last].gap
    return sentences


def _owners(context: DocumentContext, quotes: Sequence[Quote]) -> list[int]:
    """Return for each word the number of its quotation, or -1."""
    owners = [-1] * len(context.tokens)
    starts = context.document.columns.starts
    for number, quote in enumerate(quotes):
        first, last = bisect_left(starts, quote.opened), bisect_left(starts, quote.closed)
        owners[first:last] = [number] * (last - first)
    return owners


def _is_border(context: DocumentContext, owners: Sequence[int], index: int) -> bool:
    if owners[index] >= 0 and owners[index] == owners[index - 1]:
        return False
    gap = context.tokens[index].gap
    if '"' in gap and AFTER_QUOTATION.fullmatch(gap) and _is_signature(context, index):
        return False
    return _ENDS.search(gap) is not None or _ends_sentence(context, index)


def _ends_sentence(context: DocumentContext, index: int) -> bool:
    """Return whether the mark before a word ends a sentence: no abbreviation, no question that a verb attributes."""
    gap, before = context.tokens[index].gap, context.tokens[index - 1].text
    if gap in (". ", '. "') and (len(before) == 1 or before.endswith(".") or before.lower() in _ABBREVIATIONS):
        return gap == '. "' and len(before) > 2
    if gap in ('?" ', '!" ') and _is_attributed_after(context, index):
        return False
    return context.tokens[index].is_capital or gap.endswith('"') or context.tokens[index].text[0].isdigit()


def _is_attributed_after(context: DocumentContext, index: int) -> bool:
    """Return whether a verb of saying follows the next few words, so that a question or a cry belongs to them."""
    for token in context.tokens[index + 1 : index + _MAX_SUBJECT_WORDS]:
        if token.gap not in (" ", "-", ". ", "'"):
            return False
        if not token.kinds.isdisjoint(_VERBS):
            return True
    return False


def _is_signature(context: DocumentContext, index: int) -> bool:
    """Return whether a short line that no full stop ends begins with a capital, or with an article after a dash."""
    token = context.tokens[index]
    line_end = context.document.folded.find("\n", token.start, token.start + _MAX_SIGNATURE_LENGTH)
    if line_end < 0 and len(context.document.folded) - token.start >= _MAX_SIGNATURE_LENGTH:
        return False
    line = context.document.folded[token.start : line_end if line_end >= 0 else None].rstrip()
    if "-" in token.gap:
        return token.is_capital or token.text in ("a", "an", "the")
    return token.is_capital and not line.endswith((".", ":", "?", "!", '"')) and '"' not in line


def _sentence(first: int, last: int, paragraph: int, quotes: Sequence[Quote], owners: Sequence[int]) -> Sentence:
    if not quotes or max(owners[first:last]) < 0:
        return Sentence(first, last, paragraph, (), range(first, last))
    inside = sorted({owners[index] for index in range(first, last)} - {-1})
    outside = frozenset(index for index in range(first, last) if owners[index] < 0)
    return Sentence(first, last, paragraph, tuple(quotes[number] for number in inside), outside)
