"""Read the paragraphs of a rich text file (RTF 1.9), one at a time.

Our own tokenizer instead of striprtf: that one searches hyperlinks with nested repetitions, which takes quadratic time
on repeated fields, leaves the halves of surrogate pairs apart, and returns the document as one text.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from seed.readers.documents.paragraphs import Paragraph
from seed.readers.input.decoding import UnreadableError

MAX_TOKENS = 2_000_000
"""Maximum number of control words, braces and runs of text in a document; 500 articles have half of it."""

MAX_DEPTH = 500
"""Maximum depth of nested groups; word processors stay below 50."""

# Each alternative excludes what the next one begins with, so that the time stays linear; repeated groups take memory.
_TOKEN = re.compile(
    rb"(?P<text>[^\\{}]+)|(?P<brace>[{}])|(?P<hex>(?:\\'[0-9A-Fa-f]{2}){1,1000})"
    rb"|\\(?P<word>[A-Za-z]{1,32})(?:-?[0-9]{1,10})? ?|\\(?P<symbol>[^A-Za-z])|\\",
    re.DOTALL,
)
_NUMBER = re.compile(rb"-?[0-9]+")
_CHARACTERS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "cell": "\t", "nestcell": "\t",
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "zwj": "\u200d", "zwnj": "\u200c",
    "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"{": "{", b"}": "}", b"\\": "\\", b"\t": "\t"}
_ENDS = frozenset({"par", "sect", "page", "row", "nestrow", "column"})
_TEXT_BOXES = frozenset({"shptxt", "dptxbxtext"})
_STARRED_TEXT = frozenset({"shpinst", "do", *_TEXT_BOXES})
r"""Destinations with text that follow `\*`, after which a reader skips the destinations that it does not know."""

_NOT_TEXT = frozenset(
    {
        *("fonttbl", "colortbl", "stylesheet", "info", "filetbl", "template", "private", "nonesttables"),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("footnote", "annotation", "xe", "tc", "tcn", "rxe", "txe", "fldinst", "bkmkstart", "bkmkend"),
        *("pict", "nonshppict", "shprslt", "sp", "pntext", "listtext", "objdata", "objclass", "objname", "upr"),
    }
)
"""Destinations whose text is not text of the document."""

_CHARSETS = {
    77: "mac_roman", 78: "shift_jis", 79: "big5", 80: "euc_kr", 81: "mac_arabic", 83: "mac_greek",
    84: "mac_cyrillic", 85: "gb2312", 86: "mac_romanian", 88: "mac_latin2", 128: "cp932", 129: "cp949",
    130: "johab", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
r"""Encoding by the `\fcharset` of a font; 0 and 1 are the code page of the document."""

_CODE_PAGES = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_MAC_CODE_PAGES = {10000: "mac_roman", 10006: "mac_greek", 10007: "mac_cyrillic", 10029: "mac_latin2"}
_LINK = re.compile(r'HYPERLINK\s{1,9}"?([^"\s]{1,2000})')
_MAX_INSTRUCTION = 100  # Runs of text in the instruction of a field; a URL is in a few of them.
_SURROGATES = re.compile("[\ud800-\udfff]")


def rtf_paragraphs(content: bytes) -> Iterator[Paragraph]:
    """Yield the paragraphs of a rich text file without headers, footers, notes and deleted text.

    Raise UnreadableError if it is no rich text, cut off, nested too deeply or too large.
    """
    if not content.startswith(b"{\\rtf"):
        raise UnreadableError("the file is no rich text: expected '{\\rtf' at its beginning")
    yield from _RtfReader(content).paragraphs()


@dataclass(slots=True)
class _Group:
    """What applies to the text in a group, and in the groups within it unless they change it.

    `skip` is how many characters replace a Unicode character for readers that know none; `is_box` is not inherited.
    """

    is_text: bool = True
    is_hidden: bool = False
    font: int | None = None
    skip: int = 1
    destination: str = ""
    is_box: bool = False


@dataclass(slots=True)
class _Block:
    """A paragraph that is not complete yet."""

    pieces: list[str] = field(default_factory=list)
    link: str | None = None

    def end(self) -> Paragraph:
        """Return the paragraph, and begin the next one."""
        text = "".join(self.pieces)
        if _SURROGATES.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        paragraph = Paragraph(text.replace("\0", "").rstrip("\t"), self.link)
        self.pieces, self.link = [], None
        return paragraph


class _RtfReader:
    """Reads one document, token by token."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._encoding = "cp1252"
        self._fonts: dict[int | None, str] = {}
        self._default_font: int | None = None
        self._group = _Group(is_text=False)  # Outside all groups.
        self._stack: list[_Group] = []
        self._blocks = [_Block()]  # That of the document, and those of the text boxes in it.
        self._boxes: list[Paragraph] = []
        self._bytes: list[bytes] = []
        self._instruction: list[bytes] = []
        self._to_skip = 0
        self._is_starred = False

    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield the paragraphs, and after each those of the text boxes that belong to it."""
        position, count = 0, 0
        while (token := _TOKEN.match(self._content, position)) is not None:
            position, kind = token.end(), token.lastgroup
            count += 1
            if count > MAX_TOKENS:
                raise UnreadableError(f"the document has too many control words: expected at most {MAX_TOKENS}")
            if kind in {"text", "hex"}:
                self._add_bytes(token[0], is_hex=kind == "hex")
                continue
            self._flush()
            if kind == "brace":
                self._open_group() if token[0] == b"{" else self._close_group()
            elif kind == "symbol":
                self._apply_symbol(token["symbol"])
            elif kind == "word":
                word, number = token["word"].decode("ascii"), _NUMBER.search(token[0])
                self._apply_word(word, None if number is None else int(number[0]))
                position += max(0, int(number[0])) if word == "bin" and number else 0
            if kind in {"word", "symbol"} and self._is_end(token):
                yield from self._end_paragraph()
        if self._stack:
            raise UnreadableError("the document is cut off: expected the end of its last group")
        yield from self._end_paragraph()

    def _is_end(self, token: re.Match[bytes]) -> bool:
        r"""Return whether a token ends a paragraph: a line end after a backslash is `\par`, too."""
        if not self._group.is_text:
            return False
        return token["symbol"] in {b"\n", b"\r"} or (token["word"] or b"").decode("ascii") in _ENDS

    def _end_paragraph(self) -> Iterator[Paragraph]:
        self._flush()
        paragraph = self._blocks[-1].end()
        if len(self._blocks) > 1:
            self._boxes.append(paragraph)
        else:
            yield paragraph
            yield from self._boxes
            self._boxes = []

    def _add_bytes(self, raw: bytes, *, is_hex: bool) -> None:
        content = bytes.fromhex(raw.replace(b"\\'", b"").decode("ascii")) if is_hex else raw.translate(None, b"\r\n\0")
        if not self._stack and content.strip():
            raise UnreadableError("the document has text after its end: expected nothing there")
        skipped = min(self._to_skip, len(content))
        self._to_skip -= skipped
        content = content[skipped:]
        if self._group.is_text and not self._group.is_hidden:
            # Half of a character of two bytes may be escaped: bytes are decoded where the text ends.
            self._bytes.append(content)
        elif self._group.destination == "fldinst" and len(self._instruction) < _MAX_INSTRUCTION:
            self._instruction.append(content)

    def _flush(self) -> None:
        """Decode the text that was read since the last control word."""
        if self._bytes:
            encoding = self._fonts.get(self._group.font, self._encoding)
            self._blocks[-1].pieces.append(b"".join(self._bytes).decode(encoding, "replace"))
            self._bytes = []

    def _add(self, text: str) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif self._group.is_text and not self._group.is_hidden:
            self._blocks[-1].pieces.append(text)

    def _open_group(self) -> None:
        if len(self._stack) == MAX_DEPTH:
            raise UnreadableError(f"the document is nested too deeply: expected at most {MAX_DEPTH} levels")
        self._to_skip = 0
        self._stack.append(self._group)
        self._group = replace(self._group, is_box=False) if len(self._stack) > 1 else _Group()

    def _close_group(self) -> None:
        self._to_skip = 0
        closed = self._group
        if not self._stack:
            raise UnreadableError("the document has a closing brace without its opening one")
        self._group = self._stack.pop()
        if closed.is_box:
            self._boxes.append(self._blocks.pop().end())
        if closed.destination == "fldinst" != self._group.destination:
            match = _LINK.search(b"".join(self._instruction).decode("latin-1"))
            self._blocks[-1].link = self._blocks[-1].link or (match and match[1])
            self._instruction = []

    def _apply_symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._is_starred = True
        elif symbol in _SYMBOLS:
            self._add(_SYMBOLS[symbol])

    def _apply_word(self, word: str, number: int | None) -> None:
        group = self._group
        is_starred, self._is_starred = self._is_starred, False
        if word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        elif word == "u" and number is not None:
            self._to_skip = 0
            self._add(chr(number if 0xFFFF < number <= 0x10FFFF else number & 0xFFFF))
            self._to_skip = group.skip
        elif word == "uc":
            group.skip = max(0, number or 0)
        elif word == "f":
            group.font = number
        elif word in {"v", "deleted"}:
            group.is_hidden = number != 0
        elif word == "plain":
            group.is_hidden, group.font = False, self._default_font
        elif word == "ud" and group.destination == "upr":
            group.is_text, group.destination = self._stack[-2].is_text, word
        elif word in _TEXT_BOXES and group.is_text:
            group.is_box = True
            self._blocks.append(_Block())
        elif word in _NOT_TEXT or (is_starred and word not in _STARRED_TEXT):
            group.is_text, group.destination = False, word
        else:
            self._set_encoding(word, number)

    def _set_encoding(self, word: str, number: int | None) -> None:
        """Apply a word about the encoding of the document or, in its font table, of a font."""
        if word == "fcharset" and number in _CHARSETS and self._group.destination == "fonttbl":
            self._fonts[self._group.font] = _CHARSETS[number]
        elif word == "cpg" and self._group.destination == "fonttbl":
            self._fonts[self._group.font] = _encoding_of(number)
        elif word == "deff":
            self._default_font = self._group.font = number
        elif word in _CODE_PAGES:
            self._encoding = _CODE_PAGES[word]
        elif word == "ansicpg":
            self._encoding = _encoding_of(number)


def _encoding_of(code_page: int | None) -> str:
    """Return the encoding of a code page of Windows or macOS; Windows-1252 for an unknown one."""
    if code_page in _MAC_CODE_PAGES:
        return _MAC_CODE_PAGES[code_page]
    try:
        return codecs.lookup(f"cp{code_page}").name
    except LookupError:
        return "cp1252"
