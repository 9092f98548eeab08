"""The tree of a text query: terms that a text contains or not, joined by AND, OR and NOT."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from app.text.tokenizer import tokens

OPERATORS = ("AND", "OR", "NOT")

_SYNTAX = re.compile(r"[()|*:~^?]|(?<![0-9]),|,(?![0-9])")
"""Characters that could be read as operators; a word that contains one is shown in quotation marks."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words in sequence, as typed: those of an unquoted word such as `Tu-160`, of a phrase, or of a prefix.

    The last word of a prefix stands for all words that begin with it. `in_title` leaves out the text of the article.
    """

    kind: Literal["word", "phrase", "prefix"]
    text: str
    in_title: bool = False

    @property
    def terms(self) -> tuple["Term", ...]:
        """The term itself."""
        return (self,)

    @property
    def value(self) -> str:
        """The term as typed, but for quotation marks."""
        return f"{'title:' if self.in_title else ''}{self.text}{'*' if self.kind == 'prefix' else ''}"


@dataclass(frozen=True, slots=True)
class Near:
    """Two or more different terms, all in one field, with at most `distance` words between them.

    That is: between the end of each of them and the start of the last one.
    """

    terms: tuple[Term, ...]
    distance: int
    in_title: bool = False

    @property
    def value(self) -> str:
        """The group as an expression."""
        terms = " ".join(map(expression, self.terms))
        return f"{'title:' if self.in_title else ''}NEAR({terms}, {self.distance})"


@dataclass(frozen=True, slots=True)
class Not:
    """What must not match."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Two or more nodes that must all match."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more nodes of which any must match."""

    operands: tuple["Node", ...]


Leaf = Term | Near
Node = Leaf | Not | And | Or


def all_of(nodes: Iterable[Node]) -> Node:
    """Return the node that matches what all of these match, of which there is at least one."""
    operands = tuple(operand for node in nodes for operand in (node.operands if isinstance(node, And) else (node,)))
    return And(operands) if len(operands) > 1 else operands[0]


def any_of(nodes: Iterable[Node]) -> Node:
    """Return the node that matches what any of these matches, of which there is at least one."""
    operands = tuple(operand for node in nodes for operand in (node.operands if isinstance(node, Or) else (node,)))
    return Or(operands) if len(operands) > 1 else operands[0]


def none_of(node: Node) -> Node:
    """Return the node that matches what this one does not match."""
    return node.operand if isinstance(node, Not) else Not(node)


def in_title(node: Node) -> Node:
    """Return the node with all leaves restricted to titles."""
    if isinstance(node, Not):
        return Not(in_title(node.operand))
    if isinstance(node, And | Or):
        return replace(node, operands=tuple(map(in_title, node.operands)))
    return replace(node, in_title=True)


def leaves(node: Node) -> list[Leaf]:
    """Return the leaves of a tree, in order."""
    if isinstance(node, Not):
        return leaves(node.operand)
    if isinstance(node, And | Or):
        return [leaf for operand in node.operands for leaf in leaves(operand)]
    return [node]


def wanted_leaves(node: Node, *, is_negated: bool = False) -> list[Leaf]:
    """Return the leaves through which a text can match: all but those that are excluded, in order."""
    if isinstance(node, Not):
        return wanted_leaves(node.operand, is_negated=not is_negated)
    if isinstance(node, And | Or):
        return [leaf for operand in node.operands for leaf in wanted_leaves(operand, is_negated=is_negated)]
    return [] if is_negated else [node]


def without_each_leaf(node: Node) -> Iterator[tuple[Leaf, Node | None]]:
    """Yield each leaf and the tree without it, in order; None if there is no other leaf."""
    if isinstance(node, Not):
        for leaf, rest in without_each_leaf(node.operand):
            yield leaf, rest and none_of(rest)
    elif isinstance(node, And | Or):
        join = all_of if isinstance(node, And) else any_of
        for at, operand in enumerate(node.operands):
            for leaf, rest in without_each_leaf(operand):
                yield leaf, join([*node.operands[:at], *([rest] if rest else []), *node.operands[at + 1 :]])
    else:
        yield node, None


def expression(node: Node) -> str:
    """Return a tree as text with all brackets, which the parser reads as the same tree."""
    if isinstance(node, Not):
        return f"NOT {_operand(node.operand)}"
    if isinstance(node, And | Or):
        return (" AND " if isinstance(node, And) else " OR ").join(map(_operand, node.operands))
    if isinstance(node, Near):
        return node.value
    return ("title:" if node.in_title else "") + _term_expression(node)


def _operand(node: Node) -> str:
    return f"({expression(node)})" if isinstance(node, And | Or) else expression(node)


def _term_expression(term: Term) -> str:
    """Return a term without punctuation at its ends; a word that could be misread is a phrase."""
    words = tokens(term.text)
    text = term.text[words[0].start : words[-1].end]
    if term.kind == "prefix":
        return f"{text}*"
    is_plain = term.kind == "word" and text not in OPERATORS and not _SYNTAX.search(text)
    return text if is_plain else f'"{text}"'
