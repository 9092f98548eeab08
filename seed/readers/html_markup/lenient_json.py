"""Read JSON that is nearly JSON, as the JSON-LD of many pages is: with comments, without commas, with bare quotes.

What is read leniently is what a person would read: nothing is completed but brackets that the end of the text closes.
"""

import json
import re
from html import unescape
from typing import Any

_WRAPPING = re.compile(r"\A(?:<!--|<!\[CDATA\[|//\s{0,9}<!\[CDATA\[)|(?:-->|//\s{0,9}\]\]>|\]\]>)\s{0,9};?\Z")
_MAX_DEPTH = 60  # Nested objects; those of pages have a tenth.

_GAP = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/|<!--(?!\s*[{\[]).*?-->|<!--|-->|<!\[CDATA\[|\]\]>)+", re.DOTALL)
_BETWEEN_DOCUMENTS = re.compile(r"[;,\s]+")
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null|undefined|NaN|None|True|False)\b")
_BARE_KEY = re.compile(r"[\w$@.-]{1,80}")
_WORDS = {"true": True, "True": True, "false": False, "False": False}
_QUOTES = {'"': '"', "'": "'", "“": "”“", "”": "”“"}
_ESCAPE = re.compile(r'\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]|\\(.)|"|\\\Z', re.DOTALL)

_AFTER_KEY = re.compile(r"\s*:")
_AFTER_VALUE = re.compile(
    r"\s*(?:[}\]]|\Z|;|//|/\*|<?!?-->?|\]\]>"
    # A comma only before the next key or value, as the string itself may have one after a quotation.
    r"|,\s*(?:[\"'“”{\[}\],]|-?\d|true\b|false\b|null\b|//|/\*|<!--|[\w$@.-]{1,80}\s*:|\Z)"
    # Without a comma, only before the next key, or a value in a line of its own.
    r"|[\"'“][^\"'“”\n]{1,80}[\"'”]\s*:|\n\s*[\"{\[])"
)


class NotJsonError(ValueError):
    """A text that cannot be read as JSON, not even leniently."""


def parse_documents(text: str) -> tuple[list[Any], str | None]:
    """Return the JSON documents in a text, and what is not JSON in it, None if all is; raise NotJsonError."""
    content = _WRAPPING.sub("", text.strip()).strip()
    if not content:
        return [], None
    try:
        return [json.loads(content)], None
    except ValueError as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else "a number is too long"
    except RecursionError:
        raise NotJsonError("it is nested too deeply") from None
    try:
        return [json.loads(content, strict=False)], problem
    except ValueError:
        pass
    if '"' not in content and "&quot;" in content:
        content = unescape(content)
    try:
        return _LenientParser(content).documents(), problem
    except NotJsonError:
        raise NotJsonError(problem) from None


class _LenientParser:
    """A recursive descent over a text, with the position of the next character."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def documents(self) -> list[Any]:
        """Return all values; raise NotJsonError."""
        found: list[Any] = []
        while self._next(between_documents=True):
            if found and self._text[self._at] in "}]":
                self._at += 1  # One bracket too many.
                continue
            found.append(self._value(0))
        return found

    def _next(self, *, between_documents: bool = False) -> str:
        """Skip what is between tokens and return the next character, empty at the end."""
        patterns = (_GAP, _BETWEEN_DOCUMENTS) if between_documents else (_GAP,)
        while match := next((m for pattern in patterns if (m := pattern.match(self._text, self._at))), None):
            self._at = match.end()
        return self._text[self._at : self._at + 1]

    def _value(self, depth: int) -> Any:  # noqa: ANN401 - a value of JSON
        start = self._next()
        if depth > _MAX_DEPTH:
            raise NotJsonError
        if start == "{":
            return self._object(depth)
        if start == "[":
            return self._array(depth)
        if start in _QUOTES:
            return self._string(_AFTER_VALUE)
        if match := _LITERAL.match(self._text, self._at):
            self._at = match.end()
            word = match[0]
            return _WORDS.get(word, None if word[0].isalpha() else float(word) if "." in word else _integer(word))
        raise NotJsonError

    def _object(self, depth: int) -> dict[str, Any]:
        self._at += 1
        fields: dict[str, Any] = {}
        while (char := self._next()) not in {"}", ""}:
            if char in ",;":
                self._at += 1
                continue
            key = self._key(char)
            if self._next() != ":":
                raise NotJsonError
            self._at += 1
            fields[key] = self._value(depth + 1)
        self._at += 1
        return fields

    def _key(self, start: str) -> str:
        if start in _QUOTES:
            return self._string(_AFTER_KEY)
        match = _BARE_KEY.match(self._text, self._at)
        if match is None:
            raise NotJsonError
        self._at = match.end()
        return match[0]

    def _array(self, depth: int) -> list[Any]:
        self._at += 1
        values = []
        while (char := self._next()) not in {"]", ""}:
            if char == ",":
                self._at += 1
            else:
                values.append(self._value(depth + 1))
        self._at += 1
        return values

    def _string(self, follows: re.Pattern[str]) -> str:
        """Return a string that ends at the first quote after which a key, a value or the end of one may follow."""
        closing = _QUOTES[self._text[self._at]]
        start = self._at + 1
        for quote in re.compile(rf"\\.|[{closing}]", re.DOTALL).finditer(self._text, start):
            if quote[0] in closing and follows.match(self._text, quote.end()):
                self._at = quote.end()
                return _unescape(self._text[start : quote.start()])
        raise NotJsonError


def _integer(word: str) -> int | float:
    return int(word) if word.lstrip("-").isdigit() and len(word) < 20 else float(word)


def _unescape(raw: str) -> str:
    """Return the characters of a string; an escape that JSON does not have stands for itself."""

    def escaped(match: re.Match[str]) -> str:
        if match[0] in {'"', "\\"}:
            return "\\" + match[0]
        if match[1] is None:
            return match[0]
        return json.dumps(match[1] if match[1] in "'\n" else match[0])[1:-1]

    value: str = json.loads(f'"{_ESCAPE.sub(escaped, raw)}"', strict=False)
    return value
