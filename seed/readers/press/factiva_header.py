"""The rows above a text of Factiva without codes: which field each of them is, by their order.

A headline is followed by its author, number of words, day, time, outlet, code of the outlet, edition, page, language
and notice of copyright; all but headline, day and outlet may be missing.
"""

import re
from collections.abc import Iterator, Sequence

from seed.readers.dates.printed import read_printed
from seed.readers.language_tags import language_tag
from seed.readers.press.bylines import read_byline
from seed.readers.saved_text.bylines import parse_byline, parse_names
from seed.records import Published

WORDS = re.compile(
    r"[0-9][0-9.,' \u00a0\u202f]{0,11}\s?(?:words?|mots?|wörter|wort|palabras?|parol[ae]|palavras?|слов[ао]?|woorden|"
    r"woord|ord|słów|słowa|słowo|slov[ao]?|szó|kelime|單詞|单词|個字|个字|文字|字|語|ワード|단어|คำ|كلمة|كلمات)",
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
_SOURCE_CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}")
RESULTS = re.compile(
    r"(?:Results found|Résultats trouvés|Gefundene Ergebnisse|Ergebnisse gefunden|Resultados encontrados|"
    r"Risultati trovati|Найдено результатов|Найденные результаты|找到的?结果|找到的?結果|検索結果)"
    r"[:\s]{0,3}([0-9]{1,7})?",
    re.IGNORECASE,
)
UNCLEAR = "outlet?"
"""The code of rows of which one may be the outlet, and another its edition or an author."""

MAX_ROWS = 8  # Rows from the number of words to the code of the outlet.
_MAX_TITLE_ROWS = 3  # Section, headline and author.
_MAX_PUBLISHER_LENGTH = 100  # Characters.
_MAX_NOTICE_LENGTH = 500  # Characters of a notice of copyright.
_MAX_CODE_LENGTH = 3


def begins_header(rows: Sequence[str], index: int, document: str) -> bool:
    """Return whether the number of words, or the day, is in a row, and day, outlet and code follow it."""
    following = rows[index + 1 : index + MAX_ROWS]
    if not following:
        return False
    if WORDS.fullmatch(rows[index]):
        return read_printed(following[0]) is not None
    has_code = _code_index(rows[index : index + 5], document) is not None
    return has_code and bool(document) and read_printed(rows[index]) is not None


def is_whole_header(rows: Sequence[str], document: str) -> bool:
    """Return whether a header begins with these rows: number of words, day, code or language, and copyright.

    Without the number of words, the code must be that of the document.
    """
    if WORDS.fullmatch(rows[0]) is None:
        return begins_header(rows, 0, document)
    return (
        begins_header(rows, 0, "")
        and any(_SOURCE_CODE.fullmatch(row) or _is_language(row) for row in rows[2:])
        and any(map(_COPYRIGHT.search, rows[3:]))
    )


def _code_index(rows: Sequence[str], document: str) -> int | None:
    """Return the index of the code of the outlet, with which the number of the document begins."""
    codes = [index for index, row in enumerate(rows[:MAX_ROWS]) if _SOURCE_CODE.fullmatch(row)]
    own = [index for index in codes if document.startswith(rows[index]) and index > 0]
    if own or document:
        return own[-1] if own else None
    return next((index for index in codes if index > 1 and len(rows[index]) > 1), None)


def title_rows(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
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
    return "\t" in row or bool(_LISTED.search(row) or RESULTS.match(row)) or read_printed(row) is not None


def _is_byline(row: str) -> bool:
    return _SHORT_NAME.fullmatch(row) is not None or bool(
        parse_byline(row, _is_no_outlet) or parse_names(row, _is_no_outlet)
    )


def _is_no_outlet(_name: str) -> bool:
    return False


def split_header(
    rows: Sequence[str], document: str, *, is_whole: bool = False
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the fields in the rows from the number of words to the notice of copyright, and the rows after them.

    `is_whole` says that no other rows follow them. Raise ValueError if nothing shows where they end.
    """
    first = next((index for index, row in enumerate(rows[:MAX_ROWS]) if _is_count_or_day(row)), 0)
    if first:  # An author is above them.
        header, text = split_header(rows[first:], document, is_whole=is_whole)
        return [*(("BY", row) for row in rows[:first]), *header], text
    code = _code_index(rows, document)
    fields, others = _fields_of(rows[: MAX_ROWS if code is None else code])
    if code is not None:
        after = rows[code + 1 : code + 1 + MAX_ROWS]
        end, last = _end_of_header(after)
        notice = " ".join(row for _, row in last)
        header = [*fields, *_names(others, notice), ("SC", rows[code]), *_edition_and_page(after[:end]), *last]
        return header, list(rows[code + 1 + end + len(last) :])
    start = next((count for count in range(len(rows)) if _fields_of(rows[: count + 1])[1]), len(rows))
    fields = _fields_of(rows[:start])[0]
    after = rows[start : len(rows) if is_whole else start + MAX_ROWS]
    end, last = _end_of_header(after)
    if not last and not is_whole:
        raise ValueError(
            "below its day is neither the code of the outlet nor a language or a notice of copyright: expected one of "
            "them, which shows where the text begins"
        )
    end = end if last else len(after)
    notice = " ".join(row for _, row in last)
    return [*fields, *_outlet_of(after[:end], notice), *last], list(rows[start + end + len(last) :])


def _is_count_or_day(row: str) -> bool:
    return WORDS.fullmatch(row) is not None or read_printed(row) is not None


def _fields_of(rows: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return number of words, day and time, and the other rows."""
    fields: list[tuple[str, str]] = []
    others: list[str] = []
    day = ""
    for row in rows:
        if WORDS.fullmatch(row):
            fields.append(("WC", row))
        elif not day and read_printed(row) is not None:
            fields.append(("PD", row))
            day = row
        elif day and _has_time(f"{day} {row}"):
            fields.append(("ET", row))
        else:
            others.append(row)
    return fields, others


def _end_of_header(rows: Sequence[str]) -> tuple[int, list[tuple[str, str]]]:
    """Return where language and notice of copyright begin in the rows below the outlet, and these two."""
    language = next((index for index, row in enumerate(rows) if _is_language(row)), None)
    end = next((index for index, row in enumerate(rows) if _COPYRIGHT.match(row)), 0) if language is None else language
    last = [] if language is None else [("LA", rows[language])]
    following = rows[end + len(last) :][:1]
    last += [("CY", row) for row in following if len(row) <= _MAX_NOTICE_LENGTH and _COPYRIGHT.search(row)]
    return end, last


def _is_language(row: str) -> bool:
    """Return whether a row is the name of a language; a short one may be the code of an edition."""
    return (len(row) > _MAX_CODE_LENGTH or not row.isascii()) and language_tag(row) is not None


def _names(rows: Sequence[str], notice: str) -> Iterator[tuple[str, str]]:
    """Yield author, outlet and edition: the outlet is the row of which the notice has the words, or else the last one.

    A row that says that it is an author is none.
    """
    named = [index for index, row in enumerate(rows) if is_publisher(row, notice)]
    outlet = named[0] if len(named) == 1 else len(rows) - 1
    for index, row in enumerate(rows):
        is_author = index < outlet or parse_byline(row, _is_no_outlet, "en")
        yield ("BY" if is_author else "SN" if index == outlet else "ED"), row


def _outlet_of(rows: Sequence[str], notice: str) -> Iterator[tuple[str, str]]:
    """Yield the outlet, and author, edition and page around it, in rows without its code; nothing that is not certain.

    Of several rows, the outlet is the one of which the notice has the words, or else the first if it is no person.
    """
    names: list[str] = []
    for index, row in enumerate(rows):
        if parse_byline(row, _is_no_outlet, "en"):
            yield "BY", row
        elif index and _PAGE.fullmatch(row):
            yield "PG", row
        elif not index or not _SOURCE_CODE.fullmatch(row):
            names.append(row)
    named = [index for index, row in enumerate(names) if is_publisher(row, notice)]
    if len(named) != 1:
        is_outlet = len(names) == 1 or (names and not read_byline(names[0], _is_no_outlet).authors)
        named = [0] if is_outlet else []
    for index, row in enumerate(names):
        yield (UNCLEAR if not named else "SN" if index in named else "BY" if index < named[0] else "ED"), row


def _has_time(text: str) -> bool:
    date = read_printed(text)
    return isinstance(date, Published) and date.local_time is not None


def _edition_and_page(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield edition and page: of several rows, the first one is the edition, of one alone what looks like a page."""
    for index, row in enumerate(rows):
        is_page = _PAGE.fullmatch(row) is not None and (index > 0 or len(rows) == 1)
        yield ("PG" if is_page else "ED"), row


def is_publisher(row: str, names: str) -> bool:
    """Return whether the last row of a text is the publisher, most of whose words outlet and copyright have."""
    if len(row) > _MAX_PUBLISHER_LENGTH or row[-1] in "!?…”»":
        return False
    words = set(re.findall(r"\w{3,}", row.casefold()))
    common = words & set(re.findall(r"\w{3,}", names.casefold()))
    return 2 * len(common) >= len(words) > 0
