"""HTML exports of Telegram Desktop: the messages of a channel or chat, read by the recipe for its JSON.

A history of many messages is split into files of a thousand, each of which names its chat. The program writes each
message as an element of its own, so that messages are parsed one by one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from lxml import etree

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.fields.recipe_files import OUTER
from seed.readers.fields.recipe_reading import read_by_recipe, recipe_named
from seed.readers.html_markup.tree import Element, decode_page, parse_html
from seed.readers.input.decoding import read_bytes
from seed.readers.input.sandbox import is_ordinary
from seed.records import NoArticle, Origin, ReadItem, Refusal

MAX_MESSAGES = 10_000
"""Maximum number of messages on a page; the program writes a thousand."""

_TITLE = re.compile(r"<title>\s{0,20}Exported Data\s{0,20}</title>", re.IGNORECASE)
_MESSAGE = re.compile(r"<div\b[^<>]{0,300}?\bclass\s{0,3}=\s{0,3}[\"']?message[\s\"'][^<>]{0,300}>", re.IGNORECASE)
_CLASSES = ('class="page_header"', "chat_page")
_ID = re.compile(r"message(-?[0-9]{1,18})")
_DATE = re.compile(
    r"(?P<day>[0-9]{2})\.(?P<month>[0-9]{2})\.(?P<year>[0-9]{4}) (?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?P<zone> UTC(?P<offset>[+-][0-9]{2}:[0-9]{2})?)?"
)
_BOT = re.compile(r" via @\w{1,64}\Z")
_SOURCE_LINES = re.compile(r"[ \t]*\r?\n[ \t]*")


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins like a page of an export."""
    return bool(_TITLE.search(text[:5_000])) or all(name in text[:20_000] for name in _CLASSES)


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the messages of a page, with their positions (from 1) as lines of origin."""
    try:
        text, notes = decode_page(read_bytes(stream), known=context.encoding is not None)
        starts = [match.start() for match in _MESSAGE.finditer(text)]
        _check_number(starts)
        chat = _chat(text[: starts[0]] if starts else "")
    except ValueError as error:
        yield Refusal(Origin(path), str(error))
        return
    if not starts:
        yield NoArticle(Origin(path), "a page of an export without messages is no article (Telegram)")
        return
    before = dict[str, object]()
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), start=1):
        origin = Origin(path, number)
        try:
            message = _message(text[start:end], before)
            if message is not None:
                before = message
                record = {**message, OUTER: {"name": chat}}
                yield read_by_recipe(recipe_named("Telegram", context), origin, record, context, notes=notes)
                notes = ()
        except ValueError as error:
            yield Refusal(origin, str(error))
        except Exception as error:
            yield refuse_unexpected(error, origin, "read")


def _check_number(starts: list[int]) -> None:
    if len(starts) > MAX_MESSAGES:
        raise ValueError(f"the page has {len(starts)} messages: expected at most {MAX_MESSAGES}")


def _chat(head: str) -> str | None:
    """Return the name of the chat in the header of a page."""
    header = next(iter(_with_classes(_parse(head), "text", "bold")), None) if head.strip() else None
    return None if header is None else " ".join("".join(header.itertext()).split()) or None


def _parse(markup: str) -> Element:
    if not is_ordinary(markup.encode("utf-8", "surrogatepass")):
        raise ValueError("the message has too much HTML: expected fewer or shorter tags")
    return parse_html(markup)


def _with_classes(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements inside an element that have all these classes."""
    for node in element.iter():
        if isinstance(node.tag, str) and {*names} <= {*node.get("class", "").split()}:
            yield node


def _child(element: Element, *names: str) -> Element | None:
    """Return the first child with all these classes."""
    return next((child for child in element if {*names} <= {*child.get("class", "").split()}), None)


def _message(markup: str, before: Mapping[str, object]) -> dict[str, object] | None:
    """Return a message with the keys of the JSON export, None for a line with a day.

    A message soon after one of the same sender has no line with the sender, and one from the same chat no line with
    that chat: they are those of the message `before` it.
    """
    message = next(_with_classes(_parse(markup), "message"), None)
    match = None if message is None else _ID.fullmatch(message.get("id") or "")
    if message is None or (match and match[1].startswith("-")):
        return None
    classes = message.get("class", "").split()
    record: dict[str, object] = {"id": match and match[1], "type": "service" if "service" in classes else "message"}
    body = _child(message, "body")
    if "service" in classes or body is None:
        return record
    forwarded = _child(body, "forwarded", "body")
    content = body if forwarded is None else forwarded
    record["from"] = _name(_child(body, "from_name")) or before.get("from")
    if forwarded is not None:
        record["forwarded_from"] = _name(_child(forwarded, "from_name")) or before.get("forwarded_from")
    record["date"] = _date(_child(body, "date", "details"))
    record["text"] = _text(_child(content, "text"))
    record["author"] = _name(_child(content, "signature"))
    return record


def _name(element: Element | None) -> str | None:
    """Return the name in an element, without the date and the bot after it."""
    if element is None:
        return None
    pieces = [element.text or ""]
    for child in element:
        pieces += ["" if "details" in child.get("class", "").split() else _text(child), child.tail or ""]
    return _BOT.sub("", " ".join("".join(pieces).split())) or None


def _date(element: Element | None) -> str | None:
    """Return a date as the JSON export has it, with the zone if the page names it; another form stays as it is."""
    title = "" if element is None else " ".join((element.get("title") or "").split())
    match = _DATE.fullmatch(title)
    if match is None:
        return title or None
    zone = (match["offset"] or "+00:00") if match["zone"] else ""
    return f"{match['year']}-{match['month']}-{match['day']}T{match['time']}{zone}"


def _text(element: Element | None) -> str:
    """Return the text of a message; its line breaks are elements, and those of the file are none of the text."""
    if element is None:
        return ""
    pieces = [_SOURCE_LINES.sub(" ", element.text or "")]
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node is element:
            continue
        if event == "end":
            pieces.append(_SOURCE_LINES.sub(" ", node.tail or ""))
        elif node.tag == "br":
            pieces.append("\n")
        else:
            pieces.append(_SOURCE_LINES.sub(" ", node.text or ""))
    return "".join(pieces).strip()
