"""What a text index looks up for the leaves of a query: phrases, each in some of its columns.

All stores have the same columns: `title`, `text`, and `joined` for the words that are indexed apart from the tokens.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from app.text.query_tree import And, Leaf, Near, Node, Not, Term, wanted_leaves
from app.text.tokenizer import TITLE_MARK, is_open, joined_form, words

ANYWHERE = ("title", "text", "joined")
"""All columns."""

TITLE_OR_TEXT = ("title", "text")
"""The columns in which words follow each other."""


class Phrase(NamedTuple):
    """One or more words in sequence within one of the columns; the last word of a prefix may go on."""

    words: tuple[str, ...]
    columns: tuple[str, ...] = ANYWHERE
    is_prefix: bool = False


def term_phrases(term: Term) -> list[Phrase]:
    """Return the phrases of which a text contains any if it contains a term, which has at least one word."""
    own, is_prefix = words(term.text), term.kind == "prefix"
    columns = _columns(term)
    in_sequence = _phrase(own, columns, is_prefix=is_prefix)
    # The last character of a run at the end of a text is indexed apart, for phrases, too.
    apart = (
        (own[0] if len(own) == 1 else joined_form(term.text)) if term.kind != "phrase" or _is_character(own) else None
    )
    if apart is None:
        return [in_sequence]
    anywhere = _phrase([apart], ANYWHERE, is_prefix=is_prefix)
    if not term.in_title:
        return [anywhere] if len(own) == 1 else [in_sequence, anywhere]
    in_title = [] if len(own) == 1 else [_phrase([apart], columns, is_prefix=is_prefix)]
    return [in_sequence, *in_title, _phrase([TITLE_MARK + apart], ANYWHERE, is_prefix=is_prefix)]


def single_word(term: Term) -> str | None:
    """Return the word that a text contains, in any column, exactly if it contains a term; None if there is none.

    The term has at least one word.
    """
    phrases = term_phrases(term)
    is_word = len(phrases) == 1 and phrases[0] == Phrase(phrases[0].words[:1])
    return phrases[0].words[0] if is_word else None


def single_prefix(term: Term) -> str | None:
    """Return the beginning of the words of which a text contains any, in any column, exactly if it contains a term.

    Return None if there is none. The term has at least one word.
    """
    phrases = term_phrases(term)
    is_prefix = len(phrases) == 1 and phrases[0] == Phrase(phrases[0].words[:1], is_prefix=True)
    return phrases[0].words[0] if is_prefix else None


def near_phrases(near: Near) -> list[Phrase]:
    """Return the phrases that are near each other, in one column, in a text that contains a group."""
    columns = _columns(near)
    return [_phrase(words(term.text), columns, is_prefix=term.kind == "prefix") for term in near.terms]


def scored_leaves(tree: Node) -> tuple[list[Leaf], bool]:
    """Return the leaves by which matches of a query are scored, and whether each match contains all of them."""
    # All of them are in each match, and fewer rows are read than have any of them.
    if isinstance(tree, And) and all(isinstance(one, Term | Near | Not) for one in tree.operands):
        required = [one for one in tree.operands if isinstance(one, Term | Near)]
        if required:
            return required, True
    return [one for leaf in wanted_leaves(tree) for one in _apart(leaf)], False


def _apart(leaf: Leaf) -> tuple[Leaf, ...]:
    """Return a leaf of which other leaves may take the place; instead of a group, its terms.

    FTS5 would count the terms of a group in texts in which they are not near each other, and those of other texts.
    """
    if not isinstance(leaf, Near):
        return (leaf,)
    return tuple(replace(term, in_title=leaf.in_title) for term in leaf.terms)


def _columns(leaf: Leaf) -> tuple[str, ...]:
    return TITLE_OR_TEXT[:1] if leaf.in_title else TITLE_OR_TEXT


def _is_character(item_words: list[str]) -> bool:
    return len(item_words) == 1 and is_open(item_words)


def _phrase(item_words: Sequence[str], columns: tuple[str, ...], *, is_prefix: bool) -> Phrase:
    return Phrase(tuple(item_words), columns, is_prefix or is_open(list(item_words)))
