"""Splits a text query into items, brackets and operators, with notes on what is read otherwise than it may be meant."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.text.query_tree import OPERATORS, Near, Node, Term, in_title
from app.text.tokenizer import tokens, words

MAX_DISTANCE = 50
"""Maximum number of words between the terms of a NEAR group."""

# As in SQLite and its users' habits.
DEFAULT_DISTANCE = 10
"""Number of words between the terms of a NEAR group that names none."""

# Shorter ones begin too many words.
MIN_PREFIX_LETTERS = 3
"""Minimum number of letters before the `*` of a prefix."""

_FULL_WIDTH = str.maketrans("（）｜＊：", "()|*:")
_QUOTES = '"“”„‟«»＂'
_PHRASE = re.compile(rf"[{_QUOTES}](?P<text>[^{_QUOTES}]*)(?P<end>[{_QUOTES}]?)")
_PHRASE_SUFFIX = re.compile(r"~(?P<distance>[0-9]+)(?![^\W_])|[~^][0-9.]*|\*+")
_MINUS = re.compile(r"-+(?=\S)")
_TITLE = re.compile(r"title:(?=[^\s|)])", re.IGNORECASE)
_NEAR = re.compile(r"NEAR\(")
_DISTANCE = re.compile(r",\s*(?P<distance>[0-9]+)\s*\Z")
_SPACE = re.compile(r"\s")
_COMMA = re.compile(r"\s|(?<![0-9]),|,(?![0-9])")
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}\s*\Z")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://|www\.", re.IGNORECASE)

_PREFIX = re.compile(r"(?P<stem>[^*?()|:~^\[\]{}]+)\*+[.,;:!]*")
_WEIGHT = re.compile(r"(?<=[^\W_])\^[0-9]+(?:\.[0-9]+)?\Z")
_FUZZY = re.compile(r"(?<=[^\W_])~[0-9.]*\Z")
_SIGN = re.compile(r"[+!]+(?=[^\W\d_])")
_WILDCARD = re.compile(r"\*|(?<=\w)\?(?=\w)")
_REGULAR_EXPRESSION = re.compile(r"/.*[\[\]().*+?\\^$|{}].*/")
_FIELD = re.compile(r"(?P<field>[a-z_.]+):(?=\S*[^\W\d_])(?!/)\S+", re.IGNORECASE)
_INFIX_NEAR = re.compile(r"NEAR(?:/[0-9]+)?")
_SCHEMES = frozenset(("data", "doi", "ftp", "http", "https", "isbn", "mailto", "re", "tel", "urn"))


class Lexeme(NamedTuple):
    """An item, a bracket, an operator or an edge of the query, and its offset."""

    kind: Literal["item", "and", "or", "not", "open", "close", "edge"]
    at: int
    text: str
    item: Node | None = None
    in_title: bool = False


_KINDS: dict[str, Literal["and", "or", "not"]] = {"AND": "and", "OR": "or", "NOT": "not"}
"""The kind of the lexeme of each operator that is a word."""


class Lexer:
    """Splits a query into lexemes; `text` has the length of `q` and may have other characters."""

    def __init__(self, q: str, text: str, *, offset: int = 0, separator: re.Pattern[str] = _SPACE) -> None:
        self.q = q
        self.lexemes: list[Lexeme] = []
        self.notes: list[tuple[int, str]] = []
        self._text = text.translate(_FULL_WIDTH)
        self._offset = offset
        self._separator = separator
        self._at = 0
        while self._at < len(text):
            self._read()

    def note(self, at: int, text: str) -> None:
        """Add a note on what is at an offset of the query."""
        self.notes.append((self._offset + at, text))

    def _add(self, lexeme: Lexeme) -> None:
        self.lexemes.append(lexeme)

    def _read(self) -> None:
        """Read white space, a sign, or an item with what is before it."""
        at, letter = self._at, self._text[self._at]
        self._at += 1
        if letter == "|":
            while self._text[self._at : self._at + 1] == "|":
                self._at += 1
            self._add(Lexeme("or", at, self._text[at : self._at]))
        elif letter == ")":
            self._add(Lexeme("close", at, letter))
        elif not self._separator.match(self._text, at):
            self._at = at
            self._read_item(at)

    def _read_item(self, start: int) -> None:
        """Read a minus and `title:`, if there are any, and what follows."""
        is_first = start == 0 or self._text[start - 1].isspace() or self._text[start - 1] in "(|"
        is_excluded = is_in_title = False
        while match := (is_first and _MINUS.match(self._text, self._at)) or _TITLE.match(self._text, self._at):
            is_excluded |= match[0].startswith("-")
            is_in_title |= not match[0].startswith("-")
            is_first, self._at = True, match.end()
        at = self._at
        if self._text[at] == "(":
            self._at += 1
            lexeme = Lexeme("open", at, "(", in_title=is_in_title)
        else:
            item = self._item(is_plain=at == start)
            if isinstance(item, str):
                self._add(Lexeme(_KINDS[item], at, item))
            if item is None or isinstance(item, str):
                return
            lexeme = Lexeme("item", at, self._text[at : self._at], in_title(item) if is_in_title else item)
        if is_excluded:
            self._add(Lexeme("not", start, "-"))
        self._add(lexeme)

    def _item(self, *, is_plain: bool) -> Node | str | None:
        """Read a NEAR group, a phrase or a word; return it, or the name of an operator; None if there is no word."""
        if match := _NEAR.match(self._text, self._at):
            return self._near(match)
        if match := _PHRASE.match(self._text, self._at):
            return self._phrase(match)
        at, run = self._at, self._run()
        return run if is_plain and run in OPERATORS else self._word(at, run)

    def _run(self) -> str:
        """Read up to white space, a quotation mark, an operator that is a sign, or a bracket that belongs to others."""
        start, depth = self._at, 0
        is_url = _URL.match(self._text, start) is not None
        while self._at < len(self._text):
            letter = self._text[self._at]
            if self._separator.match(self._text, self._at) or letter in _QUOTES or (letter == "|" and not is_url):
                break
            if (letter == "(" and self._text[start : self._at] in OPERATORS) or (letter == ")" and not depth):
                break
            depth += (letter == "(") - (letter == ")")
            self._at += 1
        return self._text[start : self._at]

    def _near(self, opening: re.Match[str]) -> Node | None:
        """Read a NEAR group; without a closing bracket it is none."""
        start, self._at = opening.end(), opening.end()
        end = _closing_bracket(self._text, start)
        if end is None:
            self.note(opening.start(), "“NEAR(” has no closing bracket and was ignored.")
            return None
        inner, self._at = self._text[start:end], end + 1
        distance = None if _THOUSANDS.search(inner) else _DISTANCE.search(inner)
        inner = inner[: distance.start()] if distance else inner
        lexer = Lexer(self.q, inner, offset=self._offset + start, separator=_COMMA)
        self.notes += lexer.notes
        terms: list[Term] = []
        for lexeme in lexer.lexemes:
            if isinstance(lexeme.item, Term | Near):
                terms += lexeme.item.terms
            if lexeme.kind != "item" or isinstance(lexeme.item, Near):
                self.note(start + lexeme.at, f"“{lexeme.text}” was ignored within NEAR, which takes words and phrases.")
        return self._near_of(terms, int(distance["distance"]) if distance else DEFAULT_DISTANCE, opening.start())

    def _near_of(self, terms: Sequence[Term], distance: int, at: int) -> Node | None:
        """Return the group of these terms, each of which counts once."""
        if not 1 <= distance <= MAX_DISTANCE:
            wanted = f"a distance of 1 to {MAX_DISTANCE} words, as in NEAR(a b, 5), not {distance}"
            raise InvalidRequestError(ParameterProblem("q", self.q, wanted, code=ErrorCode.OUT_OF_RANGE))
        if any(term.in_title for term in terms):
            self.note(at, "“title:” was ignored within NEAR; write it before NEAR.")
        distinct = {(term.kind == "prefix", *words(term.text)): Term(term.kind, term.text) for term in terms}
        if len(distinct) < 2:
            self.note(at, "A distance was ignored: it needs two different words.")
            return next(iter(distinct.values()), None)
        return Near(tuple(distinct.values()), distance)

    def _phrase(self, match: re.Match[str]) -> Node | None:
        """Read a phrase, which may have a distance."""
        self._at = match.end()
        text = " ".join(match["text"].split())
        if not words(text):
            return None
        if not match["end"]:
            self.note(match.start(), "A quotation mark was not closed: the phrase extends to the end.")
            return Term("phrase", text)
        if suffix := _PHRASE_SUFFIX.match(self._text, self._at):
            self._at = suffix.end()
            if suffix["distance"]:
                terms = [Term("word", piece) for piece in text.split() if words(piece)]
                item = self._near_of(terms, int(suffix["distance"]), match.start())
                return item if isinstance(item, Near) else Term("phrase", text)
            self.note(suffix.start(), f'“{suffix[0]}” was ignored after a phrase; a distance is written "a b"~5.')
        return Term("phrase", text)

    def _word(self, at: int, run: str) -> Node | None:
        """Return a word or a prefix, with notes on what could be meant as an operator; None if there is no word."""
        if _URL.match(run):
            return Term("word", run)
        text = self._without_extras(at, run) if words(run) else ""
        return self._term(at, text) if words(text) else None

    def _term(self, at: int, text: str) -> Term:
        if match := _PREFIX.fullmatch(text):
            stem = match["stem"]
            found = tokens(stem)
            if found and found[-1].end == len(stem):
                if sum(len(token.token) for token in found) >= MIN_PREFIX_LETTERS:
                    return Term("prefix", stem)
                self.note(at, f"“{text}” was read as a word: a prefix needs at least {MIN_PREFIX_LETTERS} letters.")
                return Term("word", stem)
        if match := _WILDCARD.search(text):
            self.note(
                at, f"“{match[0]}” was ignored in “{text}”: only `*` at the end of a word stands for other letters."
            )
        return Term("word", text)

    def _without_extras(self, at: int, run: str) -> str:
        """Return a word without the signs that other search engines have; add notes on them."""
        if match := _WEIGHT.search(run):
            run = run[: match.start()]
            self.note(at, f"“{match[0]}” was ignored after “{run}”: words have no weights.")
        if match := _FUZZY.search(run):
            run = run[: match.start()]
            self.note(at, f"“{match[0]}” was ignored after “{run}”: words are matched as they are written.")
        if match := _SIGN.match(run):
            run = run[match.end() :]
            meaning = "all words must occur" if match[0][0] == "+" else f"write -{run} to exclude a word"
            self.note(at, f"“{match[0]}” was ignored before “{run}”: {meaning}.")
        if _REGULAR_EXPRESSION.fullmatch(run):
            self.note(at, f"“{run}” was read as words: there are no regular expressions.")
        elif (match := _FIELD.fullmatch(run)) and match["field"].lower() not in _SCHEMES:
            self.note(
                at, f"“{run}” was read as words: the only field is title:, and filters are parameters of their own."
            )
        elif run.lower() == "title:":
            self.note(at, "“title:” was read as a word: write the word for the title directly after it.")
        elif _INFIX_NEAR.fullmatch(run):
            self.note(at, f"“{run}” was read as a word: write NEAR(a b, 5).")
        return run


def _closing_bracket(text: str, start: int) -> int | None:
    """Return the index of the bracket that closes the one before `start`; None if there is none."""
    depth, is_quoted = 1, False
    for at in range(start, len(text)):
        is_quoted ^= text[at] in _QUOTES
        depth += 0 if is_quoted else (text[at] == "(") - (text[at] == ")")
        if not depth:
            return at
    return None
