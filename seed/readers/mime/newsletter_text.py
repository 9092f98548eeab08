"""The text of a newsletter without what is printed around it: links to the web version, how to leave, why it came."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from seed.readers.html_markup.page_furniture import is_furniture_line
from seed.readers.html_markup.paywall import is_prose
from seed.readers.html_markup.tree import Element, find_elements, parse_html, text_lines
from seed.readers.strict_yaml import parse_yaml

_PHRASES_FILE = Path(__file__).with_name("newsletter_lines.yaml")
_MAX_LINE_LENGTH = 200  # Characters of a line with a link to the web version; a longer one is a paragraph.
_MAX_ENDING_LENGTH = 600  # Characters of a paragraph that says why the newsletter came.
_TOP_LINES = 10
_MAX_BUTTONS = 6
_NETWORKS = frozenset(
    {
        *(
            "facebook",
            "twitter",
            "x",
            "instagram",
            "linkedin",
            "youtube",
            "telegram",
            "whatsapp",
            "mastodon",
            "bluesky",
        ),
        *("threads", "tiktok", "rss", "website", "vk", "вконтакте", "weibo", "line", "pinterest", "reddit", "email"),
    }
)
"""Names of links to the sender elsewhere, in lines that have nothing else."""

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0|mso-hide\s*:\s*all|font-size\s*:\s*[01]px|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_HIDDEN_CLASSES = re.compile(r"(?:\A|[\s_-])(?:preheader|previewtext|preview-text)(?:\Z|[\s_-])", re.IGNORECASE)
_WIDGETS = re.compile(
    r"(?:\A|\s)(?:subscription-widget(?:-wrap)?|captioned-button-wrap|button-wrapper|email-ufi-2-(?:top|bottom))(?:\Z|\s)"
)
"""Classes of what Substack prints between paragraphs: offers to subscribe, buttons, counts of likes."""

_BLOCKS = frozenset({"p", "div", "td", "th", "li", "header", "section"})
_YEAR = re.compile(r"\d{4}")
_LEFT_OUT = (
    ("//*[contains(@class, 'gmail_signature') or contains(@class, 'moz-signature')]", "a signature was left out"),
    (
        "//blockquote[@type='cite'] | //*[contains(@class, 'gmail_quote') or contains(@class, 'moz-cite-prefix')]",
        "a quoted message was left out of a reply",
    ),
)
"""What programs mark as not of the text, the second in replies only, and the note on it."""

_ADDRESS = re.compile(r"\s*[(<\[]?\s*https?://[^\s<>()\[\]]{1,2000}\s*[)>\]]?")
_BARS = re.compile(r"\s*[|·•/]\s*")
_MAX_LINK_LENGTH = 40  # Characters of a link such as `Update your preferences`.
_RIGHTS = re.compile(r"\s*(?:©|\([cC]\)|copyright\b)", re.IGNORECASE)


def html_paragraphs(html: str, *, is_reply: bool) -> tuple[list[str], str | None, list[str]]:
    """Return the visible paragraphs of a message in HTML, the language that it declares, and notes.

    Raise ValueError as `parse_html` does. Nothing of a message is left out as the furniture of pages is: its layout is
    one table, and the markup does not show what the text is.
    """
    tree = parse_html(html)
    notes = []
    for element in find_elements(tree, "//*[@style or @class or @hidden]"):
        if _is_hidden(element) or _WIDGETS.search(element.get("class", "")[:2_000]):
            _drop(element)
    for element in find_elements(tree, "//time"):
        if _is_day_alone(element):
            _drop(element)
    for path, note in _LEFT_OUT if is_reply else _LEFT_OUT[:1]:
        elements = find_elements(tree, path)
        notes += [note] if elements else []
        for element in elements:
            _drop(element)
    rows = text_lines(tree, exclude=frozenset({"head", "title", "button", "figcaption"}))
    return [row for row in rows if any(map(str.isalnum, row))], tree.get("lang") or tree.get("xml:lang"), notes


def _drop(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_hidden(element: Element) -> bool:
    return (
        "hidden" in element.attrib
        or _HIDDEN.search(element.get("style", "")[:2_000]) is not None
        or _HIDDEN_CLASSES.search(element.get("class", "")[:2_000]) is not None
    )


def _is_day_alone(element: Element) -> bool:
    """Return whether a time is a day without a year on a line of its own, as in `Mar 4`, which says no date."""
    parent, previous, following = element.getparent(), element.getprevious(), element.getnext()
    if parent is None or parent.tag not in _BLOCKS or _YEAR.search(element.text_content()):
        return False
    before = parent.text if previous is None else previous.tail
    is_between = all(neighbor is None or neighbor.tag == "br" for neighbor in (previous, following))
    return is_between and not f"{before or ''}{element.tail or ''}".strip()


def strip_newsletter(paragraphs: Sequence[str], sender: str) -> tuple[list[str], int]:
    """Return the paragraphs without what newsletters print around them, and the number of those left out at the end.

    `sender` is its name, which is printed before its address.
    """
    end = _start_of_ending(paragraphs, sender)
    rest = len(paragraphs) - end
    body = [
        row
        for index, row in enumerate(paragraphs[:end])
        if not (_is_furniture(row) or _is_link_to_web(row, index, end))
    ]
    return body, rest


def _is_furniture(row: str) -> bool:
    """Return whether a paragraph is furniture, or a row of buttons: `Share Tweet`."""
    words = row.split()
    links = [link for link in _BARS.split(row.strip().casefold()) if link]
    if links and all(link in _NETWORKS for link in links):
        return True
    return is_furniture_line(row) or (1 < len(words) <= _MAX_BUTTONS and all(map(is_furniture_line, words)))


def _start_of_ending(paragraphs: Sequence[str], sender: str) -> int:
    """Return the index of the first paragraph of the ending: it follows all paragraphs of the text.

    Where nothing is as long as a paragraph, the ending is in the second half.
    """
    folded = [_fold(row) for row in paragraphs]
    endings = [_is_ending(row) for row in folded]
    prose = [index for index, row in enumerate(folded) if is_prose(row) and not endings[index]]
    first = prose[-1] + 1 if prose else (len(folded) + 1) // 2
    start = next((index for index in range(first, len(folded)) if endings[index]), len(folded))
    while first < start < len(folded) and _belongs_to_ending(paragraphs[start - 1], sender):
        start -= 1
    return start


def _belongs_to_ending(row: str, sender: str) -> bool:
    """Return whether a paragraph above the ending is of it: a notice of rights, the address of the sender, a link."""
    is_address = bool(sender) and _fold(row).startswith(_fold(sender)) and not row.rstrip().endswith((".", "!", "?"))
    return is_address or _is_furniture(row) or _RIGHTS.match(row) is not None or _contains(_fold(row), "online")


def _is_ending(folded: str) -> bool:
    return len(folded) <= _MAX_ENDING_LENGTH and (
        _contains(folded, "ending") or (_RIGHTS.match(folded) is not None and not is_prose(folded))
    )


def _is_link_to_web(row: str, index: int, count: int) -> bool:
    folded = _fold(row)
    if len(folded) > _MAX_LINE_LENGTH or _TOP_LINES <= index < count - _TOP_LINES:
        return False
    links = [link for link in _BARS.split(folded) if link]
    return _contains(folded, "online") or all(len(link) < _MAX_LINK_LENGTH and _is_ending(link) for link in links)


def _contains(folded: str, group: str) -> bool:
    return len(folded) <= _MAX_ENDING_LENGTH and _phrases()[group].search(folded) is not None


def _fold(row: str) -> str:
    """Return a paragraph in lowercase without web addresses, which are long in plain text."""
    return " ".join(_ADDRESS.sub(" ", row).replace("’", "'").split()).casefold()


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    groups = parse_yaml(_PHRASES_FILE.read_text(encoding="utf-8"))
    assert isinstance(groups, dict)  # noqa: S101 - our own file
    return {
        group: re.compile("|".join(rf"{_boundary(phrase)}{re.escape(phrase)}" for phrase in _all_phrases(lists)))
        for group, lists in groups.items()
    }


def _all_phrases(lists: object) -> list[str]:
    assert isinstance(lists, dict)  # noqa: S101 - our own file
    return sorted({str(phrase).casefold() for phrases in lists.values() for phrase in phrases}, key=len, reverse=True)


def _boundary(phrase: str) -> str:
    """Return what is before a phrase: the beginning of a word, in languages that have spaces between words."""
    return r"(?<!\w)" if phrase[0].isalpha() and phrase[0] < "\u3040" else ""
