"""The rows of what Factiva exports as fields, by their codes or by their order alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from seed.readers.input.decoding import MAX_RECORD_BYTES, MAX_RECORD_LINES
from seed.readers.press.factiva_header import (
    MAX_ROWS,
    RESULTS,
    WORDS,
    begins_header,
    is_publisher,
    is_whole_header,
    split_header,
    title_rows,
)

NAME = "Factiva"

TOO_LONG = f"the article is too long: expected at most {MAX_RECORD_BYTES} characters and {MAX_RECORD_LINES} lines"

CODES = frozenset(
    {
        *("HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY", "LP", "TD", "ART", "CX", "RF"),
        *(
            "CT",
            "CO",
            "IN",
            "NS",
            "RE",
            "IPC",
            "IPD",
            "PUB",
            "AN",
            "SE",
            "CLM",
            "DLN",
            "DE",
            "RIC",
            "RST",
            "FDS",
            "TRUNC",
        ),
    }
)
CODED = re.compile(r"\s*([A-Z]{2,5})(?:(?:\t|[ \u00a0]{2}|\u00a0)\s*(.*))?", re.DOTALL)
DOCUMENT = re.compile(r"\s{0,9}[^\W\d_]{0,20}\s{0,9}(?P<id>[A-Z][A-Z0-9]{3,12}(?:19|20)[0-9]{6}[0-9a-z]{3,16})\s{0,9}")
"""The number of a document, after the word for "document" in any language."""

_ANY_ID = re.compile(r"[A-Z][A-Z0-9]{3,12}(?:19|20)[0-9]{6}[0-9a-z]{3,16}")
_FURNITURE = re.compile(
    r"\s*(?:(?:Page|Seite|Página|Pagina|Страница)\s[0-9]{1,5}\s(?:of|von|de|sur|di|из)\s[0-9]{1,5}.*|"
    r"©\s?[0-9]{4}\sFactiva.*)",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"(?:Search Summary|Résumé de la recherche|Suchübersicht|Suchzusammenfassung|Resumen de búsqueda|"
    r"Riepilogo (?:della )?ricerca|Resumo da pesquisa|Сводка поиска|搜索摘要|搜尋摘要|検索サマリー)\b.*",
    re.IGNORECASE,
)
_FIRST_CODES = frozenset({"SE", "HD"})
_MAX_FRONT_ROWS = 500  # Rows before the first article: the headlines of up to 100 articles.
_MAX_DIGITS = 9


@dataclass(slots=True)
class Export:
    """One article as it was exported: the lines of each field by its code."""

    number: int
    lines: dict[str, list[str]] = field(default_factory=dict)
    size: int = 0
    count: int = 0
    error: str = ""

    def add(self, code: str, *lines: str) -> None:
        """Add lines to a field; what is longer than a record may be is left out."""
        self.size += sum(map(len, lines)) + len(lines)
        self.count += len(lines)
        if self.size > MAX_RECORD_BYTES or self.count > MAX_RECORD_LINES:
            self.error = TOO_LONG
        else:
            self.lines.setdefault(code, []).extend(line for line in lines if line)

    def value(self, code: str) -> str:
        """Return the value of a field on one line."""
        return " ".join(" ".join(self.lines.get(code, ())).split())

    @property
    def document(self) -> str:
        """The number of the document."""
        match = _ANY_ID.search(self.value("AN"))
        return match[0] if match else ""


def content_rows(paragraphs: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, nor at the edge of a printed page, with their numbers."""
    lines = (row for paragraph in paragraphs for row in paragraph.rstrip("\r\n").split("\n"))
    for number, row in enumerate(lines, start=1):
        if row.strip() and not _FURNITURE.fullmatch(row):
            yield number, row


def count_results(rows: Iterable[tuple[int, str]], results: list[int]) -> Iterator[tuple[int, str]]:
    """Yield the rows unchanged, and add to `results` how many articles each summary of a search says it found."""
    is_summary = is_count = False
    for number, row in rows:
        text = row.strip()
        is_summary = is_summary or _SUMMARY.fullmatch(text) is not None
        match = RESULTS.match(text) if is_summary else None
        digits = match[1] if match else text if is_count and text.isdecimal() else None
        results += [int(digits[:_MAX_DIGITS])] if digits else []
        is_count = match is not None and not match[1]
        is_summary = is_summary and not digits
        yield number, row


def coded_exports(rows: Iterable[tuple[int, str]]) -> Iterator[Export]:
    """Yield the articles in rows that begin with codes; each ends with the number of its document, or a headline."""
    export = Export(0)
    code = ""
    for number, row in rows:
        match = CODED.fullmatch(row)
        if match is None or match[1] not in CODES:
            if code:
                export.add(code, row.strip())
            continue
        code = match[1]
        if "AN" in export.lines or (code in _FIRST_CODES and "WC" in export.lines):
            yield export
            export = Export(number)
        export.number = export.number or number
        export.add(code, (match[2] or "").strip())
        if code == "AN":
            code = "AN" if not match[2] else ""
    if export.lines:
        yield export


def plain_exports(rows: Iterable[tuple[int, str]]) -> Iterator[Export]:
    """Yield the articles in rows without codes; each ends with the number of its document."""
    block: list[tuple[int, str]] = []
    size, is_too_long = 0, False
    for number, row in rows:
        text = row.strip()
        size += len(text)
        if size <= MAX_RECORD_BYTES and len(block) < MAX_RECORD_LINES:
            block.append((number, text))
        else:
            is_too_long = True
        if match := DOCUMENT.fullmatch(text):
            yield _plain_export(block, match["id"], is_too_long=is_too_long)
            block, size, is_too_long = [], 0, False
    summary = next((index for index, (_, text) in enumerate(block) if _SUMMARY.fullmatch(text)), len(block))
    texts = [text for _, text in block[:summary]]
    if texts and (summary == len(block) or any(begins_header(texts, index, "") for index in range(len(texts)))):
        block = block[:summary]
        yield _plain_export(block, "", is_too_long=is_too_long)


def _plain_export(block: Sequence[tuple[int, str]], document: str, *, is_too_long: bool) -> Export:
    """Return the article in the rows up to the number of its document."""
    export = Export(block[0][0])
    if is_too_long:
        export.error = TOO_LONG
        return export
    rows = [text for _, text in block if not DOCUMENT.fullmatch(text)]
    start = next(
        (index for index in range(min(len(rows), _MAX_FRONT_ROWS)) if begins_header(rows, index, document)), None
    )
    if start is None:
        export.error = f"{block[0][1][:80]!r} begins no article of {NAME}: expected a headline, words, day and outlet"
        return export
    titles = [*title_rows(rows[:start])]
    try:
        header, text = split_header(rows[start:], document)
    except ValueError as error:
        export.error = f"the article {dict(titles).get('HD', '')[:80]!r}: {error}"
        return export
    below_day = start + 2 if WORDS.fullmatch(rows[start]) else start + 1
    if any(is_whole_header(rows[index : index + MAX_ROWS], document) for index in range(below_day, len(rows))):
        export.error = f"{block[0][1][:80]!r} begins several articles: expected the number of a document below each"
        return export
    for code, line in (*titles, *header, ("AN", document)):
        export.add(code, line)
    if len(text) > 1 and is_publisher(text[-1], f"{export.value('CY')} {export.value('SN')}"):
        export.add("PUB", text.pop())
    export.add("TD", *text)
    return export
