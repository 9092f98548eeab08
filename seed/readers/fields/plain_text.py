"""Plain text of what JSON, tables and feeds have: without markup and marks of shortened texts, with made titles."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace

from app.models import TextKind
from seed.readers.html_markup.tree import html_to_text
from seed.readers.input.sandbox import is_ordinary
from seed.readers.validation import WrongValueError, is_empty
from seed.records import NoArticle, RawArticle

MADE_TITLE_LENGTH = 80
"""Maximum length in characters of a title made of the first words of a text."""

REMOVED = "[removed]"
"""What NewsAPI has instead of each field of an article that its publisher withdrew, in lowercase."""

FEED_FOOTERS = (
    ("The post ", " appeared first on "),
    ("The article ", " appeared first on "),
    ("Der Beitrag ", " erschien zuerst auf "),
    ("L’article ", " est apparu en premier sur "),
    ("L'article ", " est apparu en premier sur "),
    ("La entrada ", " se publicó primero en "),
    ("La entrada ", " apareció primero en "),
    ("L'articolo ", " proviene da "),
    ("L’articolo ", " proviene da "),
    ("O post ", " apareceu primeiro em "),
    ("Het bericht ", " verscheen eerst op "),
    ("Artykuł ", " pochodzi z serwisu "),
    ("Inlägget ", " dök först upp på "),
    ("Indlægget ", " blev først udgivet på "),
    ("Innlegget ", " dukket først opp på "),
    ("Příspěvek ", " pochází z "),
    ("Articolul ", " apare prima dată în "),
    ("Сообщение ", " появились сначала на "),
    ("Запись ", " впервые появилась "),
    ("", " yazısı ilk önce "),
    ("Artikel ", " pertama kali tampil pada "),
    ("投稿 ", " に最初に表示されました"),
    ("הפוסט ", " הופיע לראשונה ב"),
    ("ظهرت المقالة ", " أولاً على "),
)
"""What WordPress writes before and after the title of a post in the last sentence of its texts in feeds."""

_MAX_FOOTER_LENGTH = 700  # Characters; titles and names of sites have half of it.
_CUT_MARK = re.compile(r"\s*[\[(]\s?(?:…|\.\.\.)\s?[\])]\s*\Z")
_SHORT_LENGTH = 50  # Characters: longer texts are not compared with it.
_BLOCK_NAMES = (
    "address|article|aside|blockquote|body|br|center|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|head|header|hr|html|"
    "li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_INLINE_NAMES = (
    "a|abbr|b|cite|code|del|em|embed|font|i|iframe|img|ins|mark|noscript|picture|q|s|script|small|source|span|strong|"
    "style|sub|sup|time|u|video"
)
# Every repetition is bounded and ends at the next angle bracket, so that the time stays linear.
_TAG = re.compile(rf"</?(?:{_BLOCK_NAMES}|{_INLINE_NAMES})(?:\s[^<>]{{0,4000}})?/?>|<!--", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK_NAMES})(?:\s[^<>]{{0,4000}})?/?>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n")
_LENGTH_MARK = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+?\s?[0-9]{1,9}\s?chars\]\s*\Z")


def has_markup(text: str) -> bool:
    """Return whether a text has tags or character references of HTML."""
    return ("<" in text and _TAG.search(text) is not None) or _unescape(text) != text


def to_plain_text(markup: str) -> str:
    """Return the text of HTML, with a blank line between blocks; a text without tags keeps its lines.

    Raise ValueError if there is too much markup.
    """
    if "<" not in markup or _TAG.search(markup) is None:
        text = _unescape(markup)
        # Some publishing systems escape the content of JSON twice.
        return to_plain_text(text) if "&lt;/" in markup and _TAG.search(text) else text
    markup = _REFERENCE.sub(_letter, markup)
    if not is_ordinary(markup.encode("utf-8", "surrogatepass")):
        raise ValueError("the text has too much HTML: expected fewer or shorter tags")
    # Blank lines separate paragraphs, as in WordPress; in a text without blocks, each line break does.
    markup = _BLANK_LINES.sub("<br>", markup) if _BLOCK_TAG.search(markup) else markup.replace("\n", "<br>")
    return html_to_text(markup).strip()


def _letter(reference: re.Match[str]) -> str:
    """Return the character that a reference stands for, or the reference to one that has a meaning in markup."""
    character = html.unescape(reference[0])
    return reference[0] if character in {"<", ">", "&"} else character


def to_plain_line(markup: str) -> str:
    """Return the text of HTML on one line."""
    rows = to_plain_text(markup).split("\n") if has_markup(markup) else [markup]
    return " ".join(row for row in rows if row)


def _unescape(text: str) -> str:
    """Return the text with its character references replaced; without a semicolon, it is not one."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def without_length_mark(text: str) -> str | None:
    """Return a shortened text without a final "… [+2829 chars]"; None if it has no such mark."""
    match = _LENGTH_MARK.search(text[-200:]) if text.rstrip().endswith("chars]") else None
    return None if match is None else text[: len(text) - len(match[0])]


def without_cut_mark(text: str) -> str | None:
    """Return a text without a final "[…]", with which publishing systems end excerpts; None if it has no such mark."""
    match = _CUT_MARK.search(text[-200:]) if text.rstrip().endswith(("]", ")")) else None
    return None if match is None else text[: len(text) - len(match[0])]


def without_feed_footer(text: str, title: str) -> str:
    """Return a text without the last sentence that WordPress adds: `The post TITLE appeared first on SITE.`."""
    tail = text.rstrip()[-_MAX_FOOTER_LENGTH:]
    line = tail[tail.rfind("\n") + 1 :]
    footers = [(start, middle) for start, middle in FEED_FOOTERS if middle in line]
    key = _letters(title) if footers else ""
    for start, middle in footers if key and key in _letters(line) else ():
        begin = line.rfind(start, 0, line.rfind(middle)) if start else 0
        is_last = begin >= 0 and not line[:begin][-1:].strip()
        if is_last and (key in _letters(line[begin:]) if start else _letters(line).startswith(key)):
            return text.rstrip()[: len(text.rstrip()) - len(line) + begin].rstrip()
    return text


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def is_removed(value: object) -> bool:
    """Return whether a value says that the article was withdrawn."""
    return isinstance(value, str) and len(value) < _SHORT_LENGTH and value.strip().casefold() == REMOVED


def first_words(text: str) -> str:
    """Return the first words of a text as a title: its first line, cut after a word if it is long."""
    line = next((" ".join(row.split()) for row in text.split("\n") if row.strip()), "")
    if len(line) <= MADE_TITLE_LENGTH:
        return line
    cut = line[: MADE_TITLE_LENGTH - 1]
    words, _, _ = cut.rpartition(" ")
    return f"{(words or cut).rstrip(' ,;:–—-')}…"


def without_heading(text: str, title: str) -> str:
    """Return a text without a first line that is the title, marked as a heading or not."""
    first, _, following = text.lstrip().partition("\n")
    heading = " ".join(first.lstrip("#").split()).strip("*_ ")
    if heading and heading == " ".join(title.split()) and following.strip():
        return following.lstrip("\n")
    return text


def clean_text(article: RawArticle, overrides: Mapping[str, object]) -> RawArticle | NoArticle:
    """Return an article with plain text instead of HTML, and as an extract if a mark says that it was shortened.

    What came with entities stays as it is, because their spans count its characters. An article that says nothing but
    that it was removed is skipped.
    """
    title, text, notes = article.title, article.text, list(article.notes)
    if is_removed(title) or is_removed(text):
        return NoArticle(article.origin, "an article called [Removed] has no content")
    if article.entities is not None or article.annotation is not None:
        return article
    if has_markup(title) and not is_empty(plain := to_plain_line(title)):
        title = plain
        notes.append("title was HTML: its plain text is stored")
    if has_markup(text):
        text = to_plain_text(text)
        notes.append("text was HTML: its plain text is stored")
    text = without_feed_footer(text, title)
    kind = article.text_kind
    has_kind = "text_kind" in overrides or "text_kind" in article.provenance
    if (shortened := without_length_mark(text)) is None and not has_kind:
        shortened = without_cut_mark(text)
    if shortened is not None:
        text = shortened
        kind = kind if "text_kind" in overrides else TextKind.EXTRACT
        notes.append("text was shortened before it came here, and is an extract")
    if is_empty(text):
        raise WrongValueError("text", article.text, "a text besides markup")
    if title == article.title and text == article.text:
        return article
    return replace(article, title=title, text=text, text_kind=kind, notes=tuple(notes))
