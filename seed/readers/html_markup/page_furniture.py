"""Remove what pages print in and around a report: advertisements, boxes to subscribe or share, captions, comments.

Names of classes decide first, then whole short lines in some forty languages. What has as much text as a report stays.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from seed.readers.html_markup.tree import BLOCK_ELEMENTS, Element, find_elements
from seed.readers.line_patterns import matches_any_pattern
from seed.readers.strict_yaml import YamlValue, parse_yaml

MAX_BOX_LENGTH = 600
"""Maximum length of a box in characters; a longer one is a report unless its class says that readers wrote it."""

MAX_LINE_LENGTH = 160
"""Maximum length of a line of furniture in characters."""

_MAX_SHARE = 0.4  # Of the text of a page: a box with more of it may be the report.
_MAX_LENGTHS = {"boxes": MAX_BOX_LENGTH, "weak_boxes": MAX_BOX_LENGTH, "captions": 300, "pictures": 300, "bylines": 80}
_MAX_LABEL_WORDS = 3
_MAX_SIBLINGS = 20  # Of an element in a line; more would take long to compare.
_MAX_NAMES_LENGTH = 1_000
_MAX_LABEL_LENGTH = 80  # Characters of a byline, a date or a section next to a heading.
_MAX_REFERENCE_START = 40  # Characters before the link in a line such as "Read also: …".
_PHRASES_FILE = Path(__file__).with_name("furniture.yaml")

_BOX_PAIRS = re.compile(
    r"(?:\A|[^a-z])(?:read(?:ing)?[-_]time|time[-_]to[-_]read|tempo[-_]leitura|author[-_](?:bio|box|info|description)|"
    r"about[-_]author|sr-only|visually-hidden|screen-reader-text|no[-_]print|mw-editsection|"
    r"read[-_](?:also|next|more)|more[-_](?:stories|news)|(?:a|lire)[-_](?:lire|aussi)|hidden[-_]print)(?:\Z|[^a-z])"
)
_LONG_WORDS = re.compile(r"newsletter|advert|publici[dt]|taboola|outbrain|adsbygoogle|socialshare|sharebutton")
_CAPTION_PAIRS = re.compile(
    r"(?:photo|foto|image|img|pic|bild|media|figure)s?[-_](?:desc|descr|description|caption|credit|legend|text|info|author)"
    r"|caption[-_]text|pie[-_](?:de[-_])?foto"
)
_TEXTS = frozenset({"text", "txt", "content", "body", "copy"})
_NAMED_SUBJECTS = re.compile(
    r"(?:tag|category|cat|section|topic|has|is|no(?!-print)|with|hentry|type|format|single|page|keyword)[-_](?![-_])"
)
"""How a class begins that names the subject or the state of a report: `tag-newsletter`, `has-ads`."""

_ROLES = frozenset({"navigation", "search", "contentinfo", "dialog", "toolbar", "menu", "menubar", "alertdialog"})
_WIDGETS = frozenset(
    {
        "amp-ad",
        "amp-embed",
        "amp-social-share",
        "amp-consent",
        "amp-sidebar",
        "amp-sticky-ad",
        "button",
        "nav",
        "dialog",
    }
)
_SIDE_COLUMNS = (
    "//tr[count(td) < 12]/td[number(@width) <= 220][count(.//a) > 1 or .//table]"
    "[../td[not(@width) or contains(@width, '%') or number(@width) > 330]]"
)
"""Narrow columns of old pages, next to the wide one."""

_SMALL_PRINT = "//p[font[@size='1' or @size='-2']][count(*) = 1][not(normalize-space(text()))]"
_KEPT = frozenset({"html", "body", "main", "article", "head", "h1", "title"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_SIGNS = " \t.,:;!?-–—―|·•*#>»›<«‹[](){}【】「」（）［］：。、…↓▼▶►→\u200b\u200e\u200f\ufeff"
_SENTENCE_END = re.compile(r"[.!?。！？…؟।]['\"”’»)」』]?\Z")
_COPYRIGHT = re.compile(
    r"(?:©|ⓒ|\([cC]\)|(?i:copyright|저작권자)(?=\W{0,3}(?:©|ⓒ|\([cC]\)|[0-9]{4})))\W{0,3}(?:[0-9]{4}|[^\W\d_a-z]).{0,100}"
)
_READING_TIME = re.compile(
    r"(?:[0-9]{1,3}|one|two|three|four|five)[- ]?(?:min\w{0,7}\.?|мин\w{0,3}\.?|хв\w{0,5}\.?|分|分钟|分鐘|dakika|dk)"
    r"[- ](?:read|readtime|reading time|lesezeit|zum lesen|de lecture|de lectura|de leitura|di lettura|leestijd|"
    r"lästid|læsetid|lesetid|lukuaika|czytania|čtení|čítania|olvasás|lectură|чтения|читання|okuma\w{0,7})"
    r"|(?:reading time|read time|time to read|lesezeit|lesedauer|temps de lecture|tiempo de lectura|tempo de leitura|"
    r"tempo di lettura|leestijd|lästid|læsetid|lesetid|lukuaika|czas czytania|doba čtení|olvasási idő|timp de citire|"
    r"время чтения|час читання|okuma süresi|waktu baca|阅读时间|閱讀時間)\s?[:：]?\s?(?:ca\.? |approx\. |~)?"
    r"(?:[0-9]{1,3}|less than [0-9a-z]{1,3})\s?[^\W\d_]{0,8}\.?"
)
_COUNT = re.compile(
    r"[0-9][0-9 .,\u00a0\u202f]{0,8} ?(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|"
    r"reacties|kommentarer|kommentti\w{0,2}|komentarz\w{0,2}|komentář\w{0,2}|hozzászólás|комментари\w{1,2}|коментар\w{0,3}|yorum|"
    r"komentar|bình luận|댓글|views|просмотр\w{0,2}|перегляд\w{0,2}|shares|likes)"
    r"|(?:views|visite|visitas|zugriffe|aufrufe|просмотров|hits|浏览次数|조회수?)\s?[:：]\s?[0-9][0-9.,]{0,9}"
)
_PICTURE_CREDIT = re.compile(
    r"\(?(?:photos?|images?|pictures?|picture credit|image credit|photo credit|credit|fotos?|bild|bilder|foto credit|"
    r"crédit photo|crédits? photos?|фото|илюстрация|фотография|fotografia|fotó|kép|kuva|zdjęcie|fot\.|φωτογραφία|"
    r"fotoğraf|صورة|الصورة|عکس|צילום|תמונה|फोटो|ছবি|ภาพ|ảnh|写真|図版|图|圖|图片来源|圖片來源|사진)"
    r"(?: by| von| de| di| courtesy)?\s?[:：/＝=]\s?\S[^.!?。]{1,60}\)?"
)
_INITIALS = re.compile(r"\([a-z]{2,4}(?:/[a-z]{2,4}){1,4}\)")


def remove_furniture(tree: Element) -> None:
    """Remove the elements of a page that are no text of its report; the tree is changed."""
    _drop(
        element for element in tree.iter(*_WIDGETS) if _is_short(element, MAX_BOX_LENGTH) and not _has_heading(element)
    )
    _drop(_header_labels(tree))
    _drop(_boxes(tree))
    _drop(find_elements(tree, "//figure//figcaption[not(ancestor::figure[1]//table)]"))
    _drop(element for element in tree.iter("p", "div") if _is_reference(element) or _is_caption(element))


def _drop(elements: Iterable[Element]) -> None:
    for element in list(elements):
        element.drop_tree()


def _boxes(tree: Element) -> Iterator[Element]:
    """Yield elements whose class says that they are furniture, unless most of the text is in those of one class."""
    max_length = len(_text(tree)) * _MAX_SHARE
    boxes: dict[str, list[Element]] = {}
    for element in find_elements(tree, "//body//*[@class or @id or @role or @aria-label]"):
        names = _names(element)
        kind = "boxes" if element.get("role") in _ROLES else _kind_of_names(names)
        if kind is not None and element.tag not in _KEPT and _is_of_kind(element, kind, max_length):
            boxes.setdefault(names, []).append(element)
    for path in (_SIDE_COLUMNS, _SMALL_PRINT):
        cells = (element for element in find_elements(tree, path) if not _has_heading(element))
        boxes[path] = [element for element in cells if _is_short(element, min(MAX_BOX_LENGTH, max_length))]
    for elements in boxes.values():
        if sum(len(_text(element)) for element in elements) <= max_length:
            yield from elements


def _names(element: Element) -> str:
    label = element.get("aria-label") or ""
    names = (element.get("class"), element.get("id"), label if len(label.split()) <= _MAX_LABEL_WORDS else "")
    return " ".join(filter(None, names))[:_MAX_NAMES_LENGTH]


def _is_of_kind(element: Element, kind: str, max_length: float) -> bool:
    """Return whether an element is as short as those of its kind, and has what they have."""
    limit = _MAX_LENGTHS.get(kind, max_length)
    if kind == "weak_boxes" and element.find(".//a") is None:
        limit = MAX_LINE_LENGTH
    if not _is_short(element, min(limit, max_length)) or _has_heading(element):
        return False
    if kind == "pictures":
        return element.find(".//img") is not None and next(element.iter("table", "blockquote"), None) is None
    return kind != "bylines" or (element.tag not in _HEADINGS and _is_apart(element) and not _is_sentence(element))


@lru_cache(maxsize=4_096)
def _kind_of_names(names: str) -> str | None:
    """Return the kind of an element with these names of classes, None if they do not say what it is."""
    kept = [name for name in names.lower().split() if not _NAMED_SUBJECTS.match(name)]
    words = {word for name in kept for word in re.split(r"[^a-z]+", name)}
    words |= {name.replace("-", "").replace("_", "") for name in kept}
    joined = " ".join(kept)
    groups = [group for group, listed in _phrases().classes.items() if words & listed]
    if "comments" in groups:
        return "comments"
    if groups[:1] == ["pictures"] and words & _TEXTS:
        return None
    if _CAPTION_PAIRS.search(joined):
        return "captions"
    if "captions" not in groups and (_BOX_PAIRS.search(joined) or _LONG_WORDS.search(joined)):
        return "boxes"
    return next(iter(groups), None)


def _header_labels(tree: Element) -> Iterator[Element]:
    """Yield labels next to the heading of a page in its `header`: sections, bylines, dates, counts."""
    for element in find_elements(tree, "//header[.//h1][not(.//header)]//*[not(self::h1) and not(ancestor::h1)]"):
        is_label = element.tag not in _HEADINGS and _is_short(element, _MAX_LABEL_LENGTH) and _is_apart(element)
        if is_label and not _has_heading(element) and not _is_sentence(element):
            yield element


def _is_reference(paragraph: Element) -> bool:
    """Return whether a paragraph consists of a few words and the linked title of another report."""
    if next(paragraph.iterchildren(*BLOCK_ELEMENTS), None) is not None:
        return False
    links = paragraph.findall(".//a")
    if len(links) != 1:
        return False
    text, title = _text(paragraph), _text(links[0])
    start = text.removesuffix(title).strip()
    if not title or start == text or not start or len(start) > _MAX_REFERENCE_START or _SENTENCE_END.search(title):
        return False
    emphasized = (_text(element) for element in paragraph.iterchildren("strong", "b", "em", "span"))
    return len(title.split()) > 1 and (start[-1] in ":：›»>】|" or start in emphasized)


def _is_caption(paragraph: Element) -> bool:
    """Return whether a short centered line follows a picture."""
    style = (paragraph.get("style") or "").replace(" ", "").lower()
    if "text-align:center" not in style and (paragraph.get("align") or "").lower() != "center":
        return False
    above = paragraph.getprevious()
    return (
        isinstance(above, Element)
        and above.find(".//img") is not None
        and not _text(above)
        and len(_text(paragraph)) <= MAX_LINE_LENGTH
        and next(paragraph.iterchildren(*BLOCK_ELEMENTS - {"br"}), None) is None
    )


def _is_apart(element: Element) -> bool:
    """Return whether an element is a block, or has no words next to it in its line."""
    parent = element.getparent()
    if element.tag in BLOCK_ELEMENTS or parent is None:
        return True
    if len(parent) > _MAX_SIBLINGS:
        return False
    return not any((text or "").strip(_SIGNS) for text in (parent.text, *(child.tail for child in parent)))


def _is_sentence(element: Element) -> bool:
    return _SENTENCE_END.search(_text(element)) is not None


def _has_heading(element: Element) -> bool:
    return element.find(".//h1") is not None or bool(
        element.xpath(".//*[@itemprop='articleBody' or @itemprop='headline']")
    )


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_short(element: Element, limit: float) -> bool:
    """Return whether the text of an element has at most this many characters, without reading more of it."""
    length = 0
    for text in element.itertext():
        length += len(text.strip())
        if length > limit:
            return False
    return True


def without_rights(name: str) -> str:
    """Return what a notice of copyright has before a phrase such as "All rights reserved"."""
    match = _phrases().reserved.search(name)
    return name[: match.start()] if match else name


def is_furniture_line(row: str) -> bool:
    """Return whether the whole of a line is furniture: the label of an advertisement, a button, a note of rights."""
    return len(row) <= MAX_LINE_LENGTH and _is_furniture(" ".join(row.split()))


@lru_cache(maxsize=4_096)
def _is_furniture(row: str) -> bool:
    line = _fold(row)
    phrases = _phrases()
    is_quoted = line.startswith(("“", '"', "„", "«"))
    if not is_quoted and (bare := line.strip(_SIGNS)) and len(line) <= _MAX_LABEL_LENGTH:
        if bare in phrases.lines:
            return not _SENTENCE_END.search(line) or line.endswith("...")
        if (line.endswith("...") or not _SENTENCE_END.search(line)) and matches_any_pattern(phrases.patterns, bare):
            return True
    if _COPYRIGHT.fullmatch(row) or phrases.rights.fullmatch(line) or ("ctrl" in line and "enter" in line):
        return True
    others = (_READING_TIME, _COUNT, _PICTURE_CREDIT, _INITIALS, phrases.references)
    return any(pattern.fullmatch(line) for pattern in others)


class Phrases(NamedTuple):
    """Whole lines, patterns of lines with `*`, expressions for references and notes of rights, and words in classes."""

    lines: frozenset[str]
    patterns: tuple[str, ...]
    references: re.Pattern[str]
    rights: re.Pattern[str]
    reserved: re.Pattern[str]
    classes: dict[str, frozenset[str]]


@cache
def _phrases() -> Phrases:
    groups = parse_yaml(_PHRASES_FILE.read_text(encoding="utf-8"))
    assert isinstance(groups, dict)  # noqa: S101 - our own file
    lines = {phrase for group in ("advertisements", "actions", "references") for phrase in _listed(groups[group])}
    references = "|".join(sorted(map(re.escape, _listed(groups["references"])), key=len, reverse=True))
    rights = "|".join(_listed(groups["rights"]))
    return Phrases(
        frozenset(line for line in lines if "*" not in line),
        tuple(sorted(line for line in lines if "*" in line)),
        re.compile(rf"[\[【(]?(?:{references})\s?[:：|›»>】\])—–-]\s?\S.*"),
        re.compile(rf"(?:.{{0,60}}[.,:;|)–—-] ?|(?:©|copyright).{{0,60}} )?(?:{rights}).{{0,40}}"),
        re.compile(rf"\s*(?:{rights})", re.IGNORECASE),
        {name: frozenset(map(str, words)) for name, words in _lists(groups["classes"])},
    )


def _listed(group: YamlValue) -> Iterator[str]:
    """Yield the folded phrases of a group, which may have a list for each language."""
    yield from (_fold(str(phrase)) for _, phrases in _lists(group) for phrase in phrases)


def _lists(group: YamlValue) -> Iterator[tuple[str, list[YamlValue]]]:
    for name, phrases in group.items() if isinstance(group, dict) else [("", group)]:
        assert isinstance(phrases, list)  # noqa: S101 - our own file
        yield str(name), phrases


def _fold(row: str) -> str:
    return row.replace("’", "'").casefold()
