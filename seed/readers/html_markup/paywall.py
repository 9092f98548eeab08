"""Find where a page ends for those who have not paid, and remove what it offers them there.

A page that says that it is not free may still hold the whole report, saved by somebody who had paid. So its text is an
extract only if an offer follows it, or if nothing shows that it is whole.
"""

import re
from collections.abc import Iterator
from copy import deepcopy

from seed.readers.html_markup.css import find_by_selector
from seed.readers.html_markup.json_ld import LinkedData
from seed.readers.html_markup.offers import is_continuation, is_furniture, is_offer_alone, offer_of
from seed.readers.html_markup.tree import BLOCK_ELEMENTS, Element, find_elements, find_strings, text_lines

PROSE_LENGTH = 80
"""Minimum length of a paragraph of a report in characters; those of scripts without spaces have a third."""

WHOLE_LENGTH = 2_000
WHOLE_PARAGRAPHS = 4
"""Characters or paragraphs of a text that is not a teaser, whatever the markup says: teasers have one to three."""

CUT = "its end says that there is more"
"""Why a text is an extract that ends with "[…]", with a link to its rest, or with an offer."""

_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_END = re.compile(r"[.!?。！？…؟।]['\"”’»)]?\Z")
_MAX_LABEL_LENGTH = 60  # Characters of a price or a button next to an offer.
_MAX_SELECTORS = 5
_NEAR = 3  # Lines between a label and the offer that makes it one of this page.
_MIN_SHARE = 0.8  # Of the words that the markup counts; it counts headings and captions, too.
_TAIL = re.compile(r"[\s→›»>…▸▾:]*\Z")
_CUT = re.compile(r"\s?[\[(]\s?(?:…|\.\.\.)\s?[\])]\Z")
_NOT_FREE = frozenset({"false", "no", "0", "http://schema.org/false", "https://schema.org/false"})
_HIDDEN = (
    "//body//*[@hidden or contains(translate(@style, ' ', ''), 'display:none') or "
    "contains(translate(@style, ' ', ''), 'visibility:hidden')] | //body//dialog[not(@open)]"
)
_OUTER = frozenset({"html", "body", "article", "main"})
_BESIDE = frozenset({"nav", "footer"})


def is_prose(row: str) -> bool:
    """Return whether a line is as long as a paragraph of a report."""
    return len(row) >= (PROSE_LENGTH // 3 if _UNSPACED.search(row) else PROSE_LENGTH)


def is_locked(tree: Element, data: LinkedData) -> bool:
    """Return whether the markup says that the article is not free."""
    stated = [node["isAccessibleForFree"] for node in (data.article, data.page) if "isAccessibleForFree" in node]
    stated += find_strings(tree, "//*[@itemprop='isAccessibleForFree']/@content")
    parts = [part for part in data.parts() if _is_not_free(part.get("isAccessibleForFree"))]
    tiers = find_strings(tree, "//meta[@property='article:content_tier']/@content")
    return any(map(_is_not_free, stated)) or (not stated and bool(parts)) or "locked" in tiers


def _is_not_free(value: object) -> bool:
    return str(value).strip().casefold() in _NOT_FREE


def remove_offers(tree: Element, data: LinkedData) -> Element:
    """Return the page without offers to subscribe: those that the JSON-LD selects, and boxes with a gate in them.

    An element that the JSON-LD selects and that holds more than an offer is the paid part of the report, and stays.
    """
    selectors = _selectors(data)
    if not selectors and not any(offer_of(row) or is_furniture(row) for row in text_lines(tree)):
        return tree
    copy = deepcopy(tree)
    for element in (element for selector in selectors for element in find_by_selector(copy, selector)):
        rows = text_lines(element)
        if element.getparent() is not None and any(map(offer_of, rows)) and not _has_report(rows):
            element.drop_tree()
    mixed: set[Element] = set()
    for leaf in [leaf for leaf in _leaves(copy) if _is_offer(leaf)]:
        if any(ancestor is copy for ancestor in leaf.iterancestors()):
            for box in [*_neighbours(leaf), _box(leaf, mixed)]:
                box.drop_tree()
    for leaf in _leaves(copy):
        if is_furniture(_text(leaf)):
            leaf.drop_tree()
    return copy


def _leaves(tree: Element) -> list[Element]:
    """Return the blocks without blocks in them."""
    return [
        element
        for element in tree.iter()
        if isinstance(element, Element)
        and element.tag in BLOCK_ELEMENTS - {"html", "head", "title", "body", "br"}
        and not any(inner.tag in BLOCK_ELEMENTS - {"br"} for inner in element.iterdescendants())
    ]


def _text(element: Element) -> str:
    return " ".join(text_lines(element))


def _is_offer(leaf: Element) -> bool:
    """Return whether a block is a gate or a line that is an offer without one next to it."""
    row = _text(leaf)
    kind = offer_of(row)
    if kind == "offer":
        return is_offer_alone(row)
    return kind is not None


def _neighbours(leaf: Element) -> Iterator[Element]:
    """Yield the siblings after and before a gate that belong to the same offer."""
    for step in (Element.getnext, Element.getprevious):
        sibling = step(leaf)
        while isinstance(sibling, Element) and (_is_offer(sibling) or _is_short_offer(sibling)):
            yield sibling
            sibling = step(sibling)


def _is_short_offer(element: Element) -> bool:
    row = _text(element)
    return offer_of(row) is not None and not is_prose(row)


def _box(leaf: Element, mixed: set[Element]) -> Element:
    """Return the outermost element around a gate that holds nothing but the offer.

    `mixed` are the elements that hold more, collected so that a page with many gates is not read again for each.
    """
    box = leaf
    while (parent := box.getparent()) is not None and parent not in mixed and parent.tag not in _OUTER:
        rows = text_lines(parent)
        if not all(offer_of(row) or _is_label(row) for row in rows) or parent.find(".//h1") is not None:
            mixed.add(parent)
            break
        box = parent
    return box


def _is_label(row: str) -> bool:
    return len(row) <= _MAX_LABEL_LENGTH and not _SENTENCE_END.search(row)


def _has_report(rows: list[str]) -> bool:
    return any(is_prose(row) and not offer_of(row) for row in rows)


def cut_text(text: str) -> tuple[str, bool]:
    """Return a text without what marks its end as cut, and whether it was cut: "[…]", a link to read on, an offer."""
    rows = text.split("\n")
    is_cut = False
    while rows and (
        not rows[-1].strip() or is_continuation(_TAIL.sub("", rows[-1])) or offer_of(rows[-1]) in {"gate", "label"}
    ):
        is_cut = is_cut or bool(rows[-1].strip())
        rows.pop()
    end = "\n".join(rows)
    return _CUT.sub("", end), is_cut or _CUT.search(end) is not None


def reason_for_extract(tree: Element, data: LinkedData, text: str, *, is_cut: bool) -> str | None:
    """Return why the text of a page is an extract, None if it is whole."""
    locked = is_locked(tree, data)
    if is_cut:
        return CUT
    if _has_gate(tree, text, locked=locked):
        return "an offer to subscribe follows it"
    if locked and not _is_whole(tree, data, text):
        return "the page says that it is not free, and nothing shows that the text is whole"
    return None


def _has_gate(tree: Element, text: str, *, locked: bool) -> bool:
    """Return whether a gate follows the text on the page; one that is hidden or above the text says nothing."""
    rows = text_lines(_visible(tree), exclude=_BESIDE)
    kinds = [offer_of(row) for row in rows]
    if not {"gate", "label"} & set(kinds):
        return False
    paragraphs = {" ".join(row.split()) for row in text.split("\n") if is_prose(row)}
    last = max((index for index, row in enumerate(rows) if row in paragraphs), default=-1)
    gates = [index for index, kind in enumerate(kinds) if kind == "gate" or (kind == "label" and locked)]
    offers = [index for index, kind in enumerate(kinds) if kind in {"gate", "offer"}]
    gates += [
        index
        for index, kind in enumerate(kinds)
        if kind == "label" and any(abs(index - offer) <= _NEAR for offer in offers)
    ]
    return max(gates, default=-1) > last


def _visible(tree: Element) -> Element:
    hidden = find_elements(tree, _HIDDEN)
    if not hidden:
        return tree
    copy = deepcopy(tree)
    for element in find_elements(copy, _HIDDEN):
        element.drop_tree()
    return copy


def _is_whole(tree: Element, data: LinkedData, text: str) -> bool:
    """Return whether the text of a page that is not free, with no offer after it, is whole all the same.

    The number of words in the markup decides; else the text must be longer than teasers are, and have what is paid for.
    """
    stated = str(data.article.get("wordCount") or "")
    if stated.isdecimal() and not _UNSPACED.search(text):
        return len(text.split()) >= _MIN_SHARE * int(stated)
    rows = [" ".join(row.split()) for row in text.split("\n")]
    if selectors := _selectors(data):
        paid = {row for part in find_by_selector(tree, ",".join(selectors)) for row in text_lines(part)}
        sides = [row in paid for row in rows if is_prose(row)]
        if True not in sides:
            return False
        if sides[0] is False:
            return True
    return len(text) >= WHOLE_LENGTH or sum(bool(_SENTENCE_END.search(row)) for row in rows) >= WHOLE_PARAGRAPHS


def _selectors(data: LinkedData) -> list[str]:
    return [str(part["cssSelector"]) for part in data.parts()[:_MAX_SELECTORS] if "cssSelector" in part]
