"""Text queries and their parser, for which nothing is a syntax error: what is not an operator is a word.

A query becomes a tree, and each store makes its own expressions of the leaves. What was ignored, or may have been meant
as an operator, is said in notes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.text.query_lexer import Lexeme, Lexer
from app.text.query_tree import OPERATORS, Near, Node, Term, all_of, any_of, expression, in_title, leaves, none_of
from app.text.tokenizer import words

# Each item costs an index lookup; nobody writes 32 conditions by hand.
MAX_ITEMS = 32
"""Maximum number of words and phrases in a query."""

# A phrase is compared word by word; a longer one is a passage, not a query.
MAX_WORDS = 64
"""Maximum number of words in a query, including those of phrases, as the tokenizer counts them."""

# Nobody can read more.
MAX_DEPTH = 8
"""Maximum number of groups within each other."""

# The index compares the places of all their words.
MAX_NEAR_GROUPS = 2
"""Maximum number of NEAR groups in a query."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

_WORDS_AND_NAMES = re.compile(
    "ACT|AID|AIM|AIR|ALL|AM|AN|ARE|ARM|AS|AT|BE|BY|CAN|CARE|DO|ERA|FAST|FOR|GO|HE|HER|HIS|ICE|IF|IN|IS|IT|ITS|MAY|ME|"
    "MINE|MY|NEW|NO|NOW|OF|OFF|ON|ONE|OUR|OUT|PEN|SAFE|SAVE|SEA|SHE|SO|START|THE|THEY|TO|TRADE|UN|UP|US|WAS|WE|WHO|"
    "WILL|YOU"
)
"""Names of organizations, states and people in capitals that are words, too."""


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A text query as written, how it was understood, and notes on what was ignored or may mean something else."""

    q: str
    tree: Node
    notes: tuple[str, ...] = ()

    @property
    def understood(self) -> str:
        """The query with all operators and brackets."""
        return expression(self.tree)


def parse_query(q: str) -> TextQuery:
    """Parse a text query.

    Items are words, `"phrases"` in any kind of double quotes, prefixes `word*`, and `NEAR(a b, 5)` or `"a b"~5`. All
    of them must match; `OR` or `|` between items matches either, and binds weaker than `AND`; `NOT` or a minus at the
    start of an item excludes it; brackets group; `title:` restricts an item or a group to the title. Operators are
    capitals. An unclosed quote extends to the end.

    Raise InvalidRequestError if no item has a letter or digit, or if one of the limits above is exceeded.
    """
    # Databases end a query at NUL or refuse it, and cannot encode a lone surrogate; neither is part of a token.
    lexer = Lexer(q, _UNSTORABLE.sub(" ", q))
    lexemes = _cleaned(lexer)
    if not lexemes:
        raise InvalidRequestError(
            ParameterProblem("q", q, "at least one word of letters or digits", code=ErrorCode.BLANK)
        )
    tree = _Parser(lexemes).either()
    _check_size(q, tree)
    return TextQuery(q, tree, tuple(dict.fromkeys(note for _, note in sorted(lexer.notes))))


def _check_size(q: str, tree: Node) -> None:
    found = leaves(tree)
    items = [term for leaf in found for term in leaf.terms]
    total = sum(len(words(item.text)) for item in items)
    if len(items) > MAX_ITEMS or total > MAX_WORDS:
        wanted = f"at most {MAX_ITEMS} words and phrases, not {len(items)}, of {MAX_WORDS} words in all, not {total}"
        raise InvalidRequestError(ParameterProblem("q", q, wanted, code=ErrorCode.TOO_MANY))
    if (groups := sum(isinstance(leaf, Near) for leaf in found)) > MAX_NEAR_GROUPS:
        wanted = f"at most {MAX_NEAR_GROUPS} NEAR groups, not {groups}"
        raise InvalidRequestError(ParameterProblem("q", q, wanted, code=ErrorCode.TOO_MANY))


_BEGINS_OPERAND = frozenset(("item", "open", "not"))
_ENDS_OPERAND = frozenset(("item", "close"))
_EDGE = Lexeme("edge", 0, "")
"""What is before and after a query."""


def _cleaned(lexer: Lexer) -> list[Lexeme]:
    """Return the lexemes with balanced brackets, none of them empty, and operators between operands only."""
    _note_words(lexer)
    lexemes = _balanced(lexer)
    if not any(lexeme.kind == "item" for lexeme in lexemes):
        return _words_only(lexer)
    count = 0
    while count != len(lexemes):
        count = len(lexemes)
        lexemes = _without_dangling(lexer, _without_empty_groups(lexemes))
    return lexemes


def _note_words(lexer: Lexer) -> None:
    """Add notes on words that would be operators if written in capitals, and on names that are also words."""
    lexemes = [_EDGE, *lexer.lexemes, _EDGE]
    for before, lexeme, after in zip(lexemes, lexemes[1:], lexemes[2:], strict=False):
        if not isinstance(lexeme.item, Term) or lexeme.item.text != lexeme.text:
            continue
        word = lexeme.text.strip(".,;:!?")
        capitals = word.upper()
        if _WORDS_AND_NAMES.fullmatch(word):
            also = f"also matches “{word.lower()}”, since case is ignored; actor={word} finds the name"
            lexer.note(lexeme.at, f"“{word}” {also}.")
        if word == capitals or capitals not in OPERATORS or after.kind not in _BEGINS_OPERAND:
            continue
        if before.kind in _ENDS_OPERAND or (capitals == "NOT" and before.kind != "not"):
            lexer.note(lexeme.at, f"“{word}” was read as a word; the operator is {capitals}, in capitals.")


def _words_only(lexer: Lexer) -> list[Lexeme]:
    """Return operators as words, in a query that has no other words."""
    operators = [lexeme for lexeme in lexer.lexemes if lexeme.text in OPERATORS]
    for operator in operators:
        lexer.note(operator.at, f"“{operator.text}” was read as a word.")
    return [operator._replace(kind="item", item=Term("word", operator.text)) for operator in operators]


def _balanced(lexer: Lexer) -> list[Lexeme]:
    """Return the lexemes without brackets that have no other side; raise InvalidRequestError if they are too deep."""
    unmatched: set[int] = set()
    opened: list[int] = []
    depth = 0
    for index, lexeme in enumerate(lexer.lexemes):
        if lexeme.kind == "open":
            opened.append(index)
        elif lexeme.kind == "close" and opened:
            opened.pop()
        elif lexeme.kind == "close":
            unmatched.add(index)
    unmatched.update(opened)
    for index in unmatched:
        lexeme = lexer.lexemes[index]
        lexer.note(lexeme.at, f"An unbalanced bracket “{lexeme.text}” was ignored.")
    balanced = [lexeme for index, lexeme in enumerate(lexer.lexemes) if index not in unmatched]
    for lexeme in balanced:
        depth += (lexeme.kind == "open") - (lexeme.kind == "close")
        if depth > MAX_DEPTH:
            wanted = f"at most {MAX_DEPTH} brackets within each other"
            raise InvalidRequestError(ParameterProblem("q", lexer.q, wanted, code=ErrorCode.TOO_MANY))
    return balanced


def _without_empty_groups(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """Return the lexemes without groups of nothing, and without what excludes them."""
    kept: list[Lexeme] = []
    for lexeme in lexemes:
        if lexeme.kind != "close" or kept[-1].kind != "open":
            kept.append(lexeme)
            continue
        del kept[-1]
        while [before.kind for before in kept[-1:]] == ["not"]:
            del kept[-1]
    return kept


def _without_dangling(lexer: Lexer, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """Return the lexemes without operators that lack an operand; of several in sequence the last one stays."""
    followed: list[Lexeme] = []
    for lexeme in reversed(lexemes):
        if lexeme.kind in {"and", "or", "not"} and (not followed or followed[-1].kind not in _BEGINS_OPERAND):
            lexer.note(lexeme.at, f"“{lexeme.text}” was ignored: nothing follows that it could refer to.")
        else:
            followed.append(lexeme)
    kept: list[Lexeme] = []
    for lexeme in reversed(followed):
        if lexeme.kind in {"and", "or"} and (not kept or kept[-1].kind not in _ENDS_OPERAND):
            lexer.note(lexeme.at, f"“{lexeme.text}” was ignored: nothing precedes that it could refer to.")
        else:
            kept.append(lexeme)
    return kept


class _Parser:
    """Reads lexemes with balanced brackets, and with operators between operands, by recursive descent."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self._lexemes = [*lexemes, _EDGE]
        self._at = 0

    def either(self) -> Node:
        """Read operands joined by OR, which binds weakest."""
        nodes = [self._both()]
        while self._take("or"):
            nodes.append(self._both())
        return any_of(nodes)

    def _both(self) -> Node:
        nodes = [self._operand()]
        while self._take("and") or self._lexemes[self._at].kind in _BEGINS_OPERAND:
            nodes.append(self._operand())
        return all_of(nodes)

    def _operand(self) -> Node:
        is_excluded = False
        while self._take("not"):
            is_excluded = not is_excluded
        lexeme = self._lexemes[self._at]
        self._at += 1
        node = lexeme.item
        if node is None:
            node = in_title(self.either()) if lexeme.in_title else self.either()
            self._at += 1
        return none_of(node) if is_excluded else node

    def _take(self, kind: str) -> bool:
        is_next = self._lexemes[self._at].kind == kind
        self._at += is_next
        return is_next
