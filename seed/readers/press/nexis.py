"""Read exports of Nexis: Nexis Uni and LexisNexis Advance (DOCX, RTF), LexisNexis Academic (TXT, RTF).

An article begins with a line such as `1 of 2 DOCUMENTS`, or ends with `End of Document`. Above the first one may be a
cover page, with the number of articles and a table of contents.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from app.models import TextKind
from seed.readers.context import ReaderContext
from seed.readers.dates.printed import UnclearDate
from seed.readers.fields.article import build_article
from seed.readers.fields.plain_text import first_words
from seed.readers.html_markup.tree import parse_html
from seed.readers.language_tags import language_tag
from seed.readers.outlets import Sources
from seed.readers.press.bylines import not_names, outlet_check, read_byline
from seed.readers.press.nexis_article import count_articles, parse_block
from seed.readers.press.nexis_header import Article
from seed.readers.press.nexis_labels import (
    has_reservation,
    is_body_heading,
    is_copyright,
    is_cover,
    is_end,
    is_furniture,
    is_job_number,
    is_request,
    label_of,
    listed_count,
    listed_range,
    split_section,
    start_of,
)
from seed.readers.press.nexis_units import WORDS, Block, is_export_page, page_lines, squeeze
from seed.readers.validation import MAX_TEXT_LENGTH
from seed.records import Origin, Published, RawArticle, ReadItem, Refusal

MAX_BLOCK = 2 * MAX_TEXT_LENGTH
"""Maximum length of an article with its header, or of a cover page, in characters."""

_MAX_MARK = 100  # Characters of a line that separates articles.
_MAX_LABEL = 1_000  # Characters of a line that shows that a file is an export.
_CONTENT_ITEM = re.compile(r"urn:contentItem:[A-Z0-9-]{10,60}", re.IGNORECASE)
_QUALIFIED = re.compile(r"(?P<outlet>.{2,200}?)[ ]?\((?P<edition>[^()]{1,80})\)")
_EDITION_AFTER = re.compile(
    r"(?P<outlet>\S.{1,200}?)(?:[ ]?[,;–—-][ ](?P<edition>[^,;]{0,40}\b(?:edition|ausgabe|édition|edición|editie|"
    r"edizione|edição))|[ ](?P<named>(?:International|Online|National|First|Final|Late|Sunday|Weekend) Edition))",
    re.IGNORECASE,
)
_NO_HEADLINE = re.compile(r"no headline(?: in original)?|kein titel|sans titre|sin t[ií]tulo|geen kop", re.IGNORECASE)
_NOT_DELIVERED = re.compile(r"\berror in this document and it is not possible to display it\b", re.IGNORECASE)
_PROVENANCE = {
    "title": "the headline in an export of Nexis",
    "source": "the outlet above the date in an export of Nexis",
    "authors": "the byline in an export of Nexis",
    "published": "the date above the text in an export of Nexis",
    "language": "the language below the text in an export of Nexis",
    "rights": "the copyright notice in an export of Nexis",
    "text": "the text in an export of Nexis",
    "url": "the URL in an export of Nexis",
    "id": "the number of the document in Nexis",
}


def matches(lines: Sequence[str]) -> bool:
    """Return whether these first lines are those of an export of Nexis."""
    texts = [squeeze(line) for line in lines if len(line) < _MAX_LABEL]
    starts = sum(start_of(text) is not None for text in texts)
    ends = sum(map(is_end, texts))
    fields = {label.field for text in texts if (label := label_of(text))}
    evidence = len(fields) + any(is_copyright(text) or has_reservation(text) for text in texts)
    has_body = any(map(is_body_heading, texts))
    return (
        (starts > 0 and (evidence > 0 or starts > 1))
        or (ends > 0 and (evidence > 0 or has_body or ends > 1))
        or (any(map(listed_count, texts)) and any(map(is_job_number, texts)))
        or (has_body and evidence > 1 and bool(fields & {"length", "load_date"}))
    )


def read(paragraphs: Iterable[str], origin: Origin, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of an export, a refusal for each without a text, and one if there are fewer than announced."""
    last, listed, announced, count = Block(0), 0, 0, 0
    for block in _blocks(paragraphs):
        place = Origin(origin.path, block.line)
        if block.number:
            if 0 < last.number < block.number - 1:
                yield Refusal(place, _missing(last.number + 1, block.number - 1, block.total))
            last = block
        else:
            announced += sum(listed_count(squeeze(line)) for line in block.lines if len(line) < _MAX_MARK)
            listed = max([listed, *(listed_range(line) for line in block.lines if len(line) < _MAX_LABEL)])
        is_whole_file = block.is_last and count == 0
        if (block.number or block.has_end or is_whole_file) and any(line.strip() for line in block.lines):
            count += 1
            try:
                yield _article(block, context, place)
            except ValueError as error:
                yield Refusal(place, str(error))
        elif any(map(_is_content, block.lines)) and (
            not any(is_request(squeeze(line)) for line in block.lines) or any(map(_is_of_article, block.lines))
        ):
            yield Refusal(place, _reason_for_lines(block, context))
    if last.number < last.total and last.number != listed:
        yield Refusal(origin, _missing(last.number + 1, last.total, last.total))
    if count < announced:
        yield Refusal(origin, f"the export lists {announced} articles, and the file has {count}: expected all of them")


def read_page(text: str, origin: Origin, context: ReaderContext) -> list[ReadItem]:
    """Return the articles of a page; nothing if it is no export."""
    lines = [*page_lines(parse_html(text))] if is_export_page(text) else []
    return [*read(lines, origin, context)] if matches(lines) else []


def _missing(first: int, last: int, total: int) -> str:
    numbers = str(first) if first == last else f"{first} to {last}"
    return f"the file lacks {numbers} of its {total} articles: expected all of them, perhaps in another file"


def _reason_for_lines(block: Block, context: ReaderContext) -> str:
    """Return why lines without a mark above or below them are not read."""
    is_article = block.size <= MAX_BLOCK and matches(block.lines)
    title = parse_block(block, context.sources.knows).title if is_article else ""
    if title:
        return f"the article {title[:80]!r} is cut off: expected a line such as 'End of Document' below it"
    return "these lines are of no article: expected a cover page, or an article that is not cut off"


def _is_of_article(line: str) -> bool:
    """Return whether a line has the length of an article or its date of loading, which no cover page has."""
    label = label_of(squeeze(line)) if len(line) < _MAX_MARK else None
    return label is not None and (label.field == "load_date" or bool(WORDS.fullmatch(label.value)))


def _is_content(line: str) -> bool:
    """Return whether a line between two articles is more than one of a cover page or a page number."""
    text = squeeze(line)
    return bool(text) and not is_furniture(text) and not is_cover(text)


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Yield what is between the lines that begin or end an article; the last block is what follows the last one."""
    block, number, total = Block(1), 0, 0
    for index, line in enumerate(lines, start=1):
        text = squeeze(line) if len(line) <= _MAX_MARK else ""
        start = start_of(text)
        if start is not None and (start[0] == 1 or number == 0 or (start[1] == total and start[0] > number)):
            yield block
            number, total = start
            block = Block(index, number, total)
        elif is_end(text):
            block.has_end = True
            yield block
            block = Block(index + 1)
        elif block.size <= MAX_BLOCK:
            block.lines.append(line)
            block.size += len(line) + 1
    block.is_last = True
    yield block


def _article(block: Block, context: ReaderContext, origin: Origin) -> RawArticle:
    if block.size > MAX_BLOCK:
        raise ValueError(f"the article is too long: expected at most {MAX_BLOCK} characters")
    if (count := count_articles(block)) > 1:
        raise ValueError(f"{count} articles are not separated: expected a line between them such as 'End of Document'")
    parsed = parse_block(block, context.sources.knows)
    record, details, notes, dropped = _fields(parsed, context)
    title, text = str(record["title"]), str(record["text"])
    if not text or _NOT_DELIVERED.search(text[:500]):
        raise ValueError(f"the article {title[:80]!r} has no text: expected one below its header")
    if not record["source"] and "source" not in context.overrides:
        raise ValueError(
            f"source: the article {title[:80]!r} has no line that names its outlet: expected --source, or a manifest"
        )
    is_made = not title
    if is_made:
        record["title"] = first_words(text)
    article = build_article(
        origin,
        record,
        parsed.date if isinstance(parsed.date, Published) else Published(),
        context.overrides,
        provenance={name: where for name, where in _PROVENANCE.items() if record.get(name) or name == "published"},
        missing={} if parsed.date_line else {"published": "the export has no date above the text"},
        notes=notes,
        details=details,
        dropped=dropped,
        strict=context.strict,
    )
    return replace(article, matches_by_title=False) if is_made else article


def _fields(
    parsed: Article, context: ReaderContext
) -> tuple[dict[str, object], dict[str, str], tuple[str, ...], dict[str, ValueError]]:
    """Return the fields of an article, its details, notes, and the errors of fields that are left out."""
    outlet, qualifier = _split_outlet(parsed.outlet, context.sources)
    tag = next(filter(None, (language_tag(name[:80]) for name in parsed.label("language").split(";"))), None)
    byline = read_byline(parsed.label("authors"), outlet_check((outlet, parsed.outlet), context.sources), tag)
    section, page = split_section(parsed.label("section"))
    summary = parsed.label("summary", " ") or " ".join(parsed.subtitles)
    text = "\n\n".join(parsed.paragraphs)
    title = parsed.title or parsed.label("title")
    url = parsed.label("url")
    record: dict[str, object] = {
        "title": "" if _NO_HEADLINE.fullmatch(title) else title,
        "source": outlet,
        "authors": list(byline.authors),
        "language": tag or parsed.label("language"),
        "rights": " ".join(parsed.rights),
        "text": text or summary,
        "text_kind": TextKind.FULL if text else TextKind.EXTRACT,
        "url": "" if (urlsplit(url).hostname or "").endswith(("lexis.com", "lexisnexis.com")) else url,
        "id": _document_id(parsed),
    }
    details = {
        "edition": _join_editions([qualifier, *parsed.editions, *parsed.labels.get("edition", ())]),
        "section": section,
        "page": parsed.label("page") or page,
        "length": parsed.label("length"),
        "load_date": parsed.label("load_date"),
        "document_type": "; ".join(
            filter(None, (parsed.label(name) for name in ("document_type", "publication_type")))
        ),
        "place": parsed.label("place"),
        "agency": byline.agency,
        "summary": summary if text else "",
    }
    notes = (
        *parsed.notes,
        *(f"left out of the byline: {piece!r}" for piece in byline.unread if byline.authors or byline.agency),
    )
    dropped = dict[str, ValueError]()
    if byline.unread and not byline.authors and not byline.agency:
        dropped["authors"] = not_names(byline)
    if isinstance(parsed.date, UnclearDate):
        dropped["published"] = ValueError(f"published: {parsed.date_line!r} is not a clear date: {parsed.date.reason}")
    elif parsed.date is None and parsed.date_line:
        dropped["published"] = ValueError(f"published: {parsed.date_line[:80]!r} is not a date: expected a day")
    return record, details, notes, dropped


def _split_outlet(name: str, sources: Sources) -> tuple[str, str]:
    """Return the outlet, and the place and edition after it, unless it is known by the whole of its name."""
    editions: list[str] = []
    for pattern in (_EDITION_AFTER, _QUALIFIED):
        if not sources.knows(name) and (match := pattern.fullmatch(name)):
            name, edition = match["outlet"], match[match.lastgroup or ""]
            editions.insert(0, edition)
    return name, _join_editions(editions)


def _join_editions(editions: Iterable[str]) -> str:
    return "; ".join(edition.strip(" ;") for edition in editions if edition.strip(" ;"))


def _document_id(parsed: Article) -> str:
    match = _CONTENT_ITEM.search(unquote(parsed.link or ""))
    return match[0] if match else parsed.label("id")
