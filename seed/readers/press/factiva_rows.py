"""The rows of what Factiva exports as fields, by their codes or by their order alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from seed.readers.dates.printed import read_printed
from seed.readers.input.decoding import MAX_RECORD_BYTES, MAX_RECORD_LINES
from seed.readers.language_tags import language_tag
from seed.readers.saved_text.bylines import parse_byline, parse_names
from seed.records import Published

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
WORDS = re.compile(
    r"[0-9][0-9.,' \u00a0\u202f]{0,11}\s?(?:words?|mots?|wörter|wort|palabras?|parol[ae]|palavras?|слов[ао]?|woorden|"
    r"woord|ord|słów|słowa|słowo|slov[ao]?|szó|kelime|單詞|单词|個字|个字|字|語|ワード|단어|คำ|كلمة|كلمات)",
    re.IGNORECASE,
)
_LISTED = re.compile(rf",\s?{WORDS.pattern},", re.IGNORECASE)
"""The number of words in a row about an article: `Bay Courier, 5 March 2019, 98 words, (English)`."""

_SHORT_NAME = re.compile(r"[\u4e00-\u9fff\uac00-\ud7af]{2,4}")
"""A Chinese, Japanese or Korean name, which is shorter than headlines are."""

_COPYRIGHT = re.compile(
    r"copyright|©|\(c\)|rights reserved|droits réservés|rechte vorbehalten|derechos reservados|diritti riservati|"
    r"direitos reservados|все права|авторск|版权|版權|著作権|無断転載|저작권",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:p(?:age|g|p)?\.?\s?)?[A-Z]{0,4}[-./]?[0-9]{1,4}[A-Z]?(?:[-,/; ]{1,2}[A-Z]{0,3}[-.]?[0-9]{1,4})*", re.IGNORECASE
)
_SOURCE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_FURNITURE = re.compile(
    r"\s*(?:(?:Page|Seite|Página|Pagina|Страница)\s[0-9]{1,5}\s(?:of|von|de|sur|di|из)\s[0-9]{1,5}.*|"
    r"©\s?[0-9]{4}\sFactiva.*)",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"(?:Results found|Résultats trouvés|Gefundene Ergebnisse|Ergebnisse gefunden|Resultados encontrados|"
    r"Risultati trovati|Найдено результатов|Найденные результаты|找到的?结果|找到的?結果|検索結果)"
    r"[:\s]{0,3}([0-9]{1,7})?",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"(?:Search Summary|Résumé de la recherche|Suchübersicht|Suchzusammenfassung|Resumen de búsqueda|"
    r"Riepilogo (?:della )?ricerca|Resumo da pesquisa|Сводка поиска|搜索摘要|搜尋摘要|検索サマリー)\b.*",
    re.IGNORECASE,
)
_FIRST_CODES = frozenset({"SE", "HD"})
_MAX_FRONT_ROWS = 500  # Rows before the first article: the headlines of up to 100 articles.
_MAX_ROWS = 8  # Rows from the number of words to the code of the outlet.
_MAX_TITLE_ROWS = 3  # Section, headline and author.
_MAX_PUBLISHER_LENGTH = 100  # Characters.
_MAX_NOTICE_LENGTH = 500  # Characters of a notice of copyright.
_MAX_CODE_LENGTH = 3
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
        match = _RESULTS.match(text) if is_summary else None
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
    header, text = split_header(rows[start:], document)
    below_day = start + 2 if WORDS.fullmatch(rows[start]) else start + 1
    if any(_is_whole_header(rows[index : index + _MAX_ROWS], document) for index in range(below_day, len(rows))):
        export.error = f"{block[0][1][:80]!r} begins several articles: expected the number of a document below each"
        return export
    for code, line in (*_title_rows(rows[:start]), *header, ("AN", document)):
        export.add(code, line)
    if len(text) > 1 and _is_publisher(text[-1], f"{export.value('CY')} {export.value('SN')}"):
        export.add("PUB", text.pop())
    export.add("TD", *text)
    return export


def begins_header(rows: Sequence[str], index: int, document: str) -> bool:
    """Return whether the number of words, or the day, is in a row, and day, outlet and code follow it."""
    following = rows[index + 1 : index + _MAX_ROWS]
    if not following:
        return False
    if WORDS.fullmatch(rows[index]):
        return read_printed(following[0]) is not None
    has_code = _code_index(rows[index : index + 5], document) is not None
    return has_code and bool(document) and read_printed(rows[index]) is not None


def _is_whole_header(rows: Sequence[str], document: str) -> bool:
    """Return whether a header begins with these rows: number of words, day, code of the outlet and copyright.

    Without the number of words, the code must be that of the document.
    """
    if WORDS.fullmatch(rows[0]) is None:
        return begins_header(rows, 0, document)
    return (
        begins_header(rows, 0, "")
        and any(map(_SOURCE_CODE.fullmatch, rows[2:]))
        and any(map(_COPYRIGHT.search, rows[3:]))
    )


def _code_index(rows: Sequence[str], document: str) -> int | None:
    """Return the index of the code of the outlet, with which the number of the document begins."""
    codes = [index for index, row in enumerate(rows[:_MAX_ROWS]) if _SOURCE_CODE.fullmatch(row)]
    own = [index for index in codes if document.startswith(rows[index]) and index > 0]
    return own[-1] if own else next((index for index in codes if index > 1), None) if not document else None


def _title_rows(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield section, headline and author of the rows above the number of words, as far as there are.

    A list of all headlines may come before the first article, and the summary of a search after the last one.
    """
    other = max((index for index, row in enumerate(rows) if _is_other_row(row)), default=-1)
    rows = rows[other + 1 :][-_MAX_TITLE_ROWS:]
    if len(rows) == _MAX_TITLE_ROWS or (len(rows) > 1 and _is_byline(rows[-1])):
        yield "BY", rows[-1]
        rows = rows[:-1]
    yield from (("SE", row) for row in rows[:-1])
    yield from (("HD", row) for row in rows[-1:])


def _is_other_row(row: str) -> bool:
    """Return whether a row is of a list of headlines or of the summary of a search, which ends with a time."""
    return "\t" in row or bool(_LISTED.search(row) or _RESULTS.match(row)) or read_printed(row) is not None


def _is_byline(row: str) -> bool:
    return _SHORT_NAME.fullmatch(row) is not None or bool(
        parse_byline(row, _is_no_outlet) or parse_names(row, _is_no_outlet)
    )


def _is_no_outlet(_name: str) -> bool:
    return False


def split_header(rows: Sequence[str], document: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the fields in the rows from the number of words to the notice of copyright, and the rows after them."""
    position = _code_index(rows, document)
    code = len(rows) if position is None else position
    header = [*_fields_before_code(rows[:code] if position is not None else rows[:_MAX_ROWS])]
    if position is None:
        return header, list(rows[_MAX_ROWS:])
    after = rows[code + 1 : code + 1 + _MAX_ROWS]
    language = next((index for index, row in enumerate(after) if _is_language(row)), None)
    notice = (
        next((index for index, row in enumerate(after) if _COPYRIGHT.match(row)), 0) if language is None else language
    )
    body = notice
    header += [("SC", rows[code]), *_edition_and_page(after[:notice])]
    if language is not None:
        header.append(("LA", after[language]))
        body += 1
    if body < len(after) and len(after[body]) <= _MAX_NOTICE_LENGTH and _COPYRIGHT.search(after[body]):
        header.append(("CY", after[body]))
        body += 1
    return header, list(rows[code + 1 + body :])


def _is_language(row: str) -> bool:
    """Return whether a row is the name of a language; a short one may be the code of an edition."""
    return (len(row) > _MAX_CODE_LENGTH or not row.isascii()) and language_tag(row) is not None


def _fields_before_code(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield number of words, day, time and outlet, which is the last of these rows."""
    day = ""
    for row in rows[:-1]:
        if WORDS.fullmatch(row):
            yield "WC", row
        elif not day and read_printed(row) is not None:
            yield "PD", row
            day = row
        elif day and _has_time(f"{day} {row}"):
            yield "ET", row
        else:
            yield "BY", row
    yield from (("SN", row) for row in rows[-1:] if not (_COPYRIGHT.search(row) or WORDS.fullmatch(row)))


def _has_time(text: str) -> bool:
    date = read_printed(text)
    return isinstance(date, Published) and date.local_time is not None


def _edition_and_page(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield edition and page: of several rows, the first one is the edition, of one alone what looks like a page."""
    for index, row in enumerate(rows):
        is_page = _PAGE.fullmatch(row) is not None and (index > 0 or len(rows) == 1)
        yield ("PG" if is_page else "ED"), row


def _is_publisher(row: str, names: str) -> bool:
    """Return whether the last row of a text is the publisher, most of whose words outlet and copyright have."""
    if len(row) > _MAX_PUBLISHER_LENGTH or row[-1] in "!?…”»":
        return False
    words = set(re.findall(r"\w{3,}", row.casefold()))
    common = words & set(re.findall(r"\w{3,}", names.casefold()))
    return 2 * len(common) >= len(words) > 0
