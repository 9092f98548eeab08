"""Hostile input as data: how each file is made, and what the load reports about it.

    python -m tests.seed.readers.hostile [name …]

loads each file in full size with the real command, and prints the CPU time and memory it took.
"""

import gzip
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import brotli
import zstandard

from tests.seed.readers.hostile_content import (
    MB,
    Content,
    Hostile,
    feed,
    field,
    members,
    numbered,
    packed,
    packed_pages,
    packed_table,
    page,
    repeated,
    sheet_row,
    short_members,
    table_row,
    text,
    word_document,
    workbook,
)
from tests.seed.readers.measured import Measured, loaded
from tests.seed.readers.warc_content import chunked, http, record, response


def _charset(name: str, piece: bytes) -> Content:
    """Return a page that is not UTF-8 and declares this encoding."""
    return lambda size: b"<html><meta charset=" + name.encode() + b">\xff" + piece * (size // len(piece))


_ENTITIES = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "{}">]>'
_DATA = '<script type="application/ld+json">'
_CSV = "title,source,text\n"
_FRONT = "---\ntitle: Ferry\nsource: Gazette\n"
_PARTS = "the JSON has too many nodes"
_BLANK = "more than 100000 consecutive blank lines"
_TOO_MUCH = "reading takes more than 15 seconds or 200 MB of memory, or fails"
_TAGS = "the page has too many tags"
_ENCODING = "not a text encoding"
_SCRIPTS = "scripts and embedded objects were dropped"
_DECLARED = "the feed declares entities"
_FEED = '{"version": "https://jsonfeed.org/version/1", "items": '
_BOMB = "the archive is a bomb"
_TOO_MUCH_OF_A_SHEET = "reading takes more than 15 seconds or 250 MB of memory, or fails"
_LONG = '<row><c t="inlineStr"><is><t>Ferry</t></is></c><c t="inlineStr"><is><t>G</t></is></c><c t="inlineStr"><is><t>'
_LONG_END = "</t></is></c></row>"
_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")

ARCHIVES = (
    Hostile("gzip-zeros", "a.jsonl.gz", packed(bytes), 12 * MB, 1_000 * MB, _BOMB),
    Hostile("gzip-blank", "a.jsonl.gz", packed(repeated("\n")), 110_000, 1_000 * MB, _BLANK),
    Hostile("gzip-returns", "a.csv.gz", packed(repeated("\r", _CSV)), 110_000, 1_000 * MB, _BLANK),
    Hostile("gzip-comments", "a.urls.gz", packed(repeated("#\n")), 220_000, 1_000 * MB, _BLANK),
    Hostile("gzip-line", "a.jsonl.gz", packed(repeated("a", '{"title": "')), 12 * MB, 1_000 * MB, _BOMB),
    Hostile("gzip-members", "a.jsonl.gz", lambda size: gzip.compress(b"\n") * (size // 21), 2_200_000, 40 * MB, _BLANK),
    Hostile("gzip-cut", "a.md.gz", lambda size: gzip.compress(b"-" * size)[:-9], 99, MB, "the archive is broken"),
    Hostile("gzip-in-gzip", "a.gz", packed(packed(repeated("a"))), 99, MB, "an archive in an archive"),
    Hostile("zip-in-zip", "a.zip", members("b.zip", inner=members("a.md")(0)), 1, 1, "an archive in an archive"),
    Hostile("zip-members", "a.zip", short_members, 100_001, 600_000, "the archive has too many members"),
    Hostile("zip-out", "a.zip", members("../../a.md"), 1, 1, "the member's name leads out of the archive"),
    Hostile("zip-root", "a.zip", members("/etc/a.md"), 1, 1, "the member's name leads out of the archive"),
    Hostile("zip-link", "a.zip", members("a.md", mode=0o120777, inner=b"/etc/passwd"), 1, 1, "the member is a link"),
    Hostile("zip-locked", "a.zip", members("a.md", flag=1), 1, 1, "the member is encrypted"),
    Hostile(
        "zip-terminal", "a.zip", members("\x1b[2J\n.md", inner=b"?"), 1, 1, "a.zip!\ufffd[2J\ufffd.md: no front matter"
    ),
)

_RECORD = "WARC/1.0\r\nWARC-Type: request\r\nContent-Length: {}\r\n\r\n\r\n\r\n"


def _compressed_page(compress: Callable[[bytes], bytes], coding: str) -> Content:
    """Return a WARC of responses whose bodies are bombs, by their number."""
    body = compress(bytes(11 * MB))
    return lambda count: response(body, f"Content-Encoding: {coding}") * count


WARC_FILES = (
    Hostile("warc-zeros", "a.warc.gz", packed(lambda size: response(bytes(size))), 12 * MB, 1_000 * MB, _BOMB),
    Hostile("warc-gzip", "a.warc", _compressed_page(gzip.compress, "gzip"), 2, 200, _BOMB),
    Hostile("warc-brotli", "a.warc", _compressed_page(brotli.compress, "br"), 2, 20_000, _BOMB),
    Hostile("warc-zstd", "a.warc", _compressed_page(zstandard.ZstdCompressor().compress, "zstd"), 2, 2_000, _BOMB),
    Hostile(
        "warc-gzips",
        "a.warc",
        _compressed_page(lambda body: gzip.compress(gzip.compress(gzip.compress(body))), "gzip, gzip, gzip"),
        2,
        20_000,
        _BOMB,
    ),
    Hostile(
        "warc-chunks",
        "a.warc",
        lambda size: response(chunked(bytes(size // 6), 1), "Transfer-Encoding: chunked"),
        60_000,
        9 * MB,
        "no HTML page",
    ),
    Hostile("warc-header", "a.warc", repeated("a: b\r\n", "WARC/1.0\r\n"), 300_000, 100 * MB, "the header of a record"),
    Hostile(
        "warc-http-header",
        "a.warc",
        lambda size: record(http(b"")[:-2] + b"a: b\r\n" * (size // 6)),
        300_000,
        9 * MB,
        "no end",
    ),
    Hostile(
        "warc-headers", "a.warc", repeated("WARC/1.0\r\n\r\n"), 2_000, 100 * MB, "the Content-Length of a record is ''"
    ),
    Hostile(
        "warc-negative", "a.warc", repeated(_RECORD.format(-9)), 500, 100 * MB, "the Content-Length of a record is '-9'"
    ),
    Hostile(
        "warc-long", "a.warc", lambda _size: record(b"", kind="request", length=10**17), 1, 1, "the file ends after"
    ),
    Hostile(
        "warc-lengths",
        "a.warc",
        lambda size: record(http(b""), length=9 * MB) * (size // 160),
        1_000,
        20 * MB,
        "the file ends after",
    ),
    Hostile(
        "warc-url", "a.warc", lambda size: response(url="https://a.example/" + "a" * size), 3_000, MB, "WARC-Target-URI"
    ),
    Hostile("warc-records", "a.warc.gz", packed(repeated(_RECORD.format(0))), 1_000, 90 * MB, None),
    Hostile("warc-line-ends", "a.warc.gz", packed(repeated("\r\n", _RECORD.format(0))), 100_000, 1_000 * MB, None),
)

TABLES_AND_JSON = (
    Hostile("json-deep", "a.jsonl", field("authors", "["), 100_000, 9 * MB, "the JSON"),
    Hostile("json-deep-array", "a.json", repeated('{"a":', "[{},"), 100_000, 9 * MB, "title is None"),
    Hostile(
        "json-deep-feed",
        "a.json",
        repeated("[", _FEED),
        4_000,
        9 * MB,
        "nested",
    ),
    Hostile("json-lists", "a.jsonl", field("entities", "[],", "[", "[]]"), MB, 9 * MB, _PARTS),
    Hostile("json-objects", "a.jsonl", field("entities", '{"":0},', "[", "{}]"), 2 * MB, 9 * MB, _PARTS),
    Hostile("json-objects-array", "a.json", repeated('{"":0},', '[{"title":[', "{}]}]"), 6 * MB, 9 * MB, _PARTS),
    Hostile("json-keys", "a.jsonl", numbered('"k{}": 1, ', "{", '"a": 1}\n'), 3 * MB, 7 * MB, _PARTS),
    Hostile("json-same-keys", "a.jsonl", repeated('"a":1,', "{", '"a":1}\n'), MB, 1_100_000, "a duplicate field"),
    Hostile("json-strings", "a.jsonl", field("authors", '"\u0101",', "[", '"b"]'), 2 * MB, 9 * MB, _PARTS),
    Hostile("json-authors", "a.jsonl", field("authors", '"Ada Byrne",', "[", '"b"]'), 20_000, 2 * MB, "at most 1000"),
    Hostile("json-spaces", "a.jsonl", field("authors", " ", '"Ada', 'Byrne"'), 200_000, 9 * MB, "authors[0] is"),
    Hostile("json-digits", "a.jsonl", field("id", "7"), 5_000, 9 * MB, "a number has more than 4300 digits"),
    Hostile(
        "json-items",
        "a.json",
        repeated("{},", _FEED + "[", "{}]}"),
        900,
        9 * MB,
        "",
    ),
    Hostile("json-line", "a.jsonl", field("text", "a", '"', '"'), 11 * MB, 100 * MB, "the line is too long"),
    Hostile("csv-columns", "a.csv", numbered("c{},", "title,source,text,", "z\n"), 20_000, 7 * MB, "at most 2000"),
    Hostile("csv-cells", "a.csv", repeated(",", _CSV, "\n"), 20_000, 9 * MB, "the file holds no article"),
    Hostile(
        "csv-quote", "a.csv", repeated("a,b, " * 20 + "\n", _CSV + '"'), 11 * MB, 1_000 * MB, "the row is too long"
    ),
    Hostile("csv-returns", "a.csv", repeated("a\r", _CSV), 200, 9 * MB, "expected 3 cells"),
    Hostile("csv-nul", "a.csv", repeated("a\0,b,c\n", _CSV), 70, 7_000, "without NUL"),
    Hostile("errors", "a.jsonl", repeated('{"title": 1}\n'), 260, 13 * MB, "title is 1"),
)

_AT = '", "url": "http://a.example/{0}"}}\n'
_ONE = '{{"title": "Ferry {0}", "source": "Gazette", "text": "' + "The ferry sails again. " * 12

RECORDS = (
    Hostile("one-id", "a.jsonl", numbered(_ONE + '{0}", "id": "hostile", "entities": []}}\n'), 9_000, 7 * MB, None),
    Hostile("one-text", "a.jsonl", numbered(_ONE + '", "entities": []}}\n'), 9_000, 7 * MB, None),
    Hostile("one-notice", "a.jsonl", numbered(_ONE.replace(" {0}", "") + _AT), 42_000, 7 * MB, "other URLs"),
    Hostile("one-report", "a.jsonl", numbered(_ONE + _AT), 9_000, 7 * MB, None),
)

PAGES = (
    Hostile("yaml-alias", "a.md", repeated("x", "---\ntitle: &a x\nsource: *a\n---\n"), 1, 1, "an alias"),
    Hostile("yaml-deep", "a.md", repeated("[", _FRONT + "authors: ", "\n---\nb"), 1_000, 9 * MB, "at most 8 levels"),
    Hostile("yaml-lines", "a.md", repeated("\n", _FRONT, "---\nA text."), 500_000, 9 * MB, None),
    Hostile("yaml-items", "a.md", repeated("a,", _FRONT + "authors: [", "b]\n---\nb"), 20_000, 9 * MB, "at most 1000"),
    Hostile("comments", "a.md", repeated("#\r\n", "---\r\n", "!"), 60_000, 9 * MB, "no front matter"),
    Hostile("page-lines", "a.txt", repeated("ab\n"), 1_100_000, 9 * MB, "at most 1000000 characters"),
    Hostile("html-comments", "a.html", repeated("<!---->", "", "z"), 30_000, 300_000, ""),
    Hostile("html-comment", "a.html", page("<!-- "), 40_000, 1_400_000, None),
    Hostile("html-tags", "a.html", page("<b>x</b>"), 420_000, 9 * MB, _TAGS),
    Hostile("html-attributes", "a.html", page(" a", "<p", ">"), 18_000, 9 * MB, ""),
    Hostile("html-values", "a.html", page(" a=''", "<p", ">"), 1_300_000, 9 * MB, _TAGS),
    Hostile("html-deep", "a.html", page("<div>"), 2_000, 40_000, "the page is nested too deeply"),
    Hostile("html-tables", "a.html", page("<table><tr><td>"), 800, 800, None),
    Hostile(
        "html-title", "a.html", page("Gazette | ", "<meta property='og:title' content='", "Ferry'>"), 15_000, MB, None
    ),
    Hostile("html-data-spaces", "a.html", page(" ", _DATA + "{}-->", "x</script>"), 300_000, 1_400_000, None),
    Hostile("html-data-deep", "a.html", page("[", _DATA, "</script>"), 300_000, 1_400_000, None),
    Hostile("html-data", "a.html", page(_DATA + "[" + '{"":0},' * 250_000 + "{}]</script>"), 6 * MB, 9 * MB, _TOO_MUCH),
    Hostile("html-script", "a.html", page("<script>alert(1)</script><img src=x onerror=alert(1)>"), 60, 600, _SCRIPTS),
    Hostile("html-utf7", "a.html", _charset("utf-7", b"+ADw-script+AD4-"), 160, MB, _ENCODING),
    Hostile("html-punycode", "a.html", _charset("punycode", b"-a"), 160, MB, _ENCODING),
    Hostile("feed-laughs", "a.rss", feed("&b;", head=_ENTITIES.format("x")), 30, MB, _DECLARED),
    Hostile("feed-file", "a.rss", feed("&c;", head=_ENTITIES.format("file:///etc/passwd")), 3, 3, _DECLARED),
    Hostile("feed-url", "a.rss", feed("&c;", head=_ENTITIES.format("http://127.0.0.1:1/")), 3, 3, _DECLARED),
    Hostile("feed-dtd", "a.rss", feed("x", head='<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/">'), 1, 1, None),
    Hostile("feed-escaped", "a.rss", feed("&lt;!--"), 4_000, 1_400_000, ""),
    Hostile(
        "feed-address", "a.rss", feed("a", "</description><author>", "</author><description>"), 4_000, 1_400_000, ""
    ),
)

_NITF = "<nitf><head><pubdata name='G'/></head><body><body.head><hedline><hl1>Ferry</hl1></hedline>"
_TOP, _BODY = f"{_NITF}<byline>", "</byline></body.head><body.content><p>It sails.</p></body.content></body></nitf>"
_LAUGHS = '<!DOCTYPE nitf [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
_MESSAGES = '<title>Exported Data</title><div class="page_header"><div class="text bold">Quay</div></div>'

AGENCIES = (
    Hostile("nitf-laughs", "a.xml", repeated("&b;", f"{_LAUGHS}<nitf><p>", "</p></nitf>"), 30, MB, "declares entities"),
    Hostile(
        "nitf-subset",
        "a.nitf",
        repeated("<!ENTITY a 'b'>", "<!DOCTYPE nitf [", "]><nitf/>"),
        90_000,
        9 * MB,
        "the document ",
    ),
    Hostile("nitf-deep", "a.nitf", repeated("<person>", _TOP), 1_000, 9 * MB, ""),
    Hostile("nitf-tags", "a.nitf", repeated("<b>x</b>", _TOP, _BODY), 420_000, 9 * MB, "too many tags"),
    Hostile("nitf-persons", "a.nitf", repeated("<person>Ada B</person>", _TOP, _BODY), 40_000, MB, ""),
    Hostile("nitf-byline", "a.nitf", repeated("Ada Byrne\n", _TOP, _BODY), 40_000, 9 * MB, ""),
    Hostile("nitf-spaces", "a.nitf", repeated(" \n", _TOP, _BODY), 40_000, 9 * MB, ""),
    Hostile("nitf-references", "a.nitf", repeated("&nbsp;", _TOP, _BODY), 40_000, 9 * MB, ""),
    Hostile("nitf-cdata", "a.nitf", repeated("<![CDATA[", _TOP, f"]]>{_BODY}"), 40_000, 9 * MB, ""),
    Hostile("nitf-comments", "a.xml", repeated("<!---->", "", "<nitf/>"), 30_000, 300_000, ""),
    Hostile("nitf-wrapped", "a.nitf", repeated("<nitf>"), 1_000, 9 * MB, ""),
    Hostile("newsml-items", "a.newsml", repeated("<newsItem/>", "<newsMessage>", "</newsMessage>"), 3_000, MB, ""),
    Hostile(
        "newsml-names",
        "a.newsml",
        repeated("<by>a b</by>", "<newsItem><contentMeta>", "</contentMeta></newsItem>"),
        20_000,
        MB,
        "",
    ),
    Hostile("telegram-messages", "a.html", repeated('<div class="message x">', _MESSAGES), 2_000, 9 * MB, ""),
    Hostile("telegram-open", "a.html", repeated("<div class=", _MESSAGES), 20_000, 9 * MB, ""),
    Hostile("telegram-text", "a.html", repeated("<b>", f'{_MESSAGES}<div class="message">'), 20_000, 9 * MB, ""),
)

_MAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'

SITEMAPS = (
    Hostile("sitemap-laughs", "a.xml", repeated("&a;", '<!DOCTYPE urlset [<!ENTITY a "ha">]>' + _MAP), 99, MB, ""),
    Hostile("sitemap-pages", "a.xml", repeated("<url/>", _MAP, "</urlset>"), 700, 40 * MB, "loc is ''"),
    Hostile(
        "sitemap-page", "a.xml", repeated("<loc/>", _MAP + "<url>"), 1_100_000, 40 * MB, "a page of the sitemap has"
    ),
    Hostile("sitemap-deep", "a.xml", repeated("<url>", _MAP), 1_000, 9 * MB, "nested too deeply"),
    Hostile(
        "sitemap-text", "a.xml", repeated("a", _MAP + "<url><loc>"), 1_100_000, 40 * MB, "a page of the sitemap has"
    ),
)

_HEADER = sheet_row("title", "source", "text")
_FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
_REPEATED = 'table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" '
_CELLS = f'<table:table-row {_REPEATED}office:value-type="float" office:value="1"/></table:table-row>'
_ROWS = sheet_row("Ferry", "Gazette")

SPREADSHEETS = (
    Hostile("sheet-far", "a.xlsx", workbook(_HEADER, _FAR), 60, 60, _TOO_MUCH_OF_A_SHEET),
    Hostile("sheet-rows", "a.xlsx", workbook(_HEADER, _ROWS), 7_000, 70 * MB, ""),
    Hostile(
        "sheet-columns", "a.xlsx", workbook(_HEADER, "<c><v>1</v></c>", before="<row>", after="</row>"), 99, MB, ""
    ),
    Hostile("sheet-blank", "a.xlsx", workbook(_HEADER, "<row/>"), 99, 70 * MB, ""),
    Hostile("sheet-text", "a.xlsx", workbook(_HEADER, "a" * 999, before=_LONG, after=_LONG_END), 4_000, 29 * MB, ""),
    Hostile("sheet-many", "a.xlsx", workbook(_HEADER, " ", sheets=3_000), 1, 1, ""),
    Hostile("sheet-repeated", "a.ods", lambda _: packed_table(table_row("title", "source", "text") + _CELLS), 1, 1, ""),
    Hostile("sheet-locked", "a.xlsx", lambda _: _LOCKED, 1, 1, "the file is encrypted"),
)

PDFS = (
    Hostile("pdf-pages", "a.pdf", lambda size: packed_pages([["a"]] * (size // 300)), 100_000, MB, "the PDF has"),
    Hostile("pdf-stream", "a.pdf", lambda size: packed_pages([[]], b"(a) Tj " * (size // 7)), 20_000, 200 * MB, ""),
    Hostile("pdf-brackets", "a.pdf", lambda size: packed_pages([[]], b"[" * size), 1_000, 400_000, ""),
    Hostile("pdf-cut", "a.pdf", lambda _: b"%PDF-1.7", 1, 1, "the PDF is broken"),
)

_ARTICLE = "1 of 2 DOCUMENTS\n\nThe Quay\n\nNovember 9, 2015 Monday\n\nFerry\n\nLENGTH: 3 words\n\nIt sails.\n\n"
_NEXIS_TOP = "The Quay\nNovember 9, 2015 Monday\nLength: 3 words\nBody\nIt sails.\n"
_RTF = "{\\rtf1\\ansi "
_SEPARATED = "articles are not separated"

PRESS = (
    Hostile("docx-zeros", "a.docx", word_document("a"), 12 * MB, 1_000 * MB, _BOMB),
    Hostile("docx-paragraphs", "a.docx", word_document("<w:p/>"), 20_000, 10 * MB, "Nexis exported"),
    Hostile(
        "docx-runs", "a.docx", word_document("<w:r><w:t>a</w:t></w:r>", "<w:p>", "</w:p>"), 20_000, 9 * MB, "Nexis"
    ),
    Hostile("docx-attributes", "a.docx", word_document(" a=''", "<w:p", "/>"), 20, 9 * MB, "the document is broken"),
    Hostile("docx-deep", "a.docx", word_document("<w:p>"), 2_000, 9 * MB, "nested too deeply"),
    Hostile(
        "docx-cells",
        "a.docx",
        word_document("<w:tc><w:p/></w:tc>", "<w:tbl><w:tr>", "</w:tr></w:tbl>"),
        90,
        9 * MB,
        "Nexis",
    ),
    Hostile("rtf-words", "a.rtf", repeated("\\b0 ", _RTF, "}"), 9_000, 49 * MB, "Nexis exported"),
    Hostile("rtf-paragraphs", "a.rtf", repeated("a\\par ", _RTF, "}"), 9_000, 49 * MB, "Nexis exported"),
    Hostile("rtf-deep", "a.rtf", repeated("{", _RTF), 600, 49 * MB, "nested too deeply"),
    Hostile("rtf-hex", "a.rtf", repeated("\\'e4", _RTF, "}"), 9_000, 49 * MB, "Nexis exported"),
    Hostile("rtf-links", "a.rtf", repeated("{\\field{\\*\\fldinst HYPERLINK }}", _RTF, "}"), 900, 49 * MB, "Nexis"),
    Hostile("rtf-binary", "a.rtf", repeated("\\bin9999999999 ", _RTF, "}"), 900, 49 * MB, "cut off"),
    Hostile("nexis-starts", "a.txt", numbered("{} of 9 DOCUMENTS\n", _ARTICLE), 200, 20 * MB, ""),
    Hostile("nexis-ends", "a.txt", repeated("Body\nEnd of Document\n", _NEXIS_TOP), 200, 49 * MB, "has no text"),
    Hostile("nexis-lengths", "a.txt", repeated("LENGTH: 3 words\n", _ARTICLE), 200, 9 * MB, _SEPARATED),
    Hostile("nexis-captions", "a.txt", repeated("GRAPHIC: a\n\nb\n\n", _ARTICLE), 200, MB, ""),
    Hostile("nexis-labels", "a.txt", repeated("BYLINE: By Ada Byrne\n\n", _ARTICLE), 200, 9 * MB, ""),
    Hostile(
        "nexis-dates",
        "a.txt",
        repeated("9 May 2015\n", "1 of 1 DOCUMENT\nQuay\n", "LENGTH: 3 words\n"),
        200,
        9 * MB,
        "",
    ),
    Hostile(
        "nexis-numbers", "a.txt", repeated("1. 2 3 4\n", "Job Number: 1\nDocuments (2)\n", _NEXIS_TOP), 200, 9 * MB, ""
    ),
    Hostile("nexis-commas", "a.txt", repeated("A b,", _ARTICLE.replace("LENGTH", "BYLINE: "), "\n"), 200, 9 * MB, ""),
    Hostile("nexis-brackets", "a.txt", repeated("(", "1 of 1 DOCUMENT\n\n", "\n\nLENGTH: 3 words\n"), 200, 9 * MB, ""),
)

_PIECES = {
    "quotes": '"',
    "curly quotes": "“",
    "capitals": "A",
    "digits": "7",
    "marks": "a\u0301",
    "a word": "a",
    "a name": "Putin ",
    "said": 'Putin said "we go". ',
    "acronyms": "(ABC) ",
    "long forms": "Alpha Beta Corp (ABC) ",
    "titles": "Mr. Xyz ",
    "states": "U.S. ",
    "hyphens": "A-",
    "apostrophes": "’s ",
    "brackets": "[",
    "stars": "*",
    "credits": "(Photo: AP) ",
    "joiners": "a\u200d",
    "names": "Ada Byrne ",
    "attributed-quotes": '"a" said Putin ',
    "attributed-curly-quotes": "“a” said Putin ",
    "open-quotes": ' "a',
    "nested-quotes": "“a “b ” ",
    "open-quote-lines": '"a\n',
    "verbs": "said ",
    "told-that": "told that ",
    "commas": "a, ",
    "initials": "J. ",
    "joined-initials": "J.",
    "titled-names": "Mr. Putin ",
    "ministries": "Ministry of Defense of ",
    "of": "Alpha of ",
    "capitalized": "Alpha ",
    "dashes": "- ",
    "one-word-lines": "Word\n",
    "stops": "a.",
    "according-to": "according to Putin, ",
    "bylines": "By Anna Miller\n",
    "lines-of-names": "Anna Miller, John Smith\n",
    "one-name": "Anna Miller ",
    "places": "Homs, ",
    "places-in-capitals": "HOMS, ",
    "quoted-blocks": "Putin said:\n\nWe go.\n\n",
    "cyrillic": "Путин сказал ",
    "accents": "\u0301",
    "photo-credits": "(Photo: a b c d ",
    "provinces": "Idlib, Hama provinces ",
    "relative-clauses": "Putin, who ",
    "mixed": "“A, Mr. B” said (ABC) – he's J. J. of Russia\n",
}

TEXTS = (
    *(Hostile(f"text-{name}", "a.jsonl", text(piece), 3_000, MB, None) for name, piece in _PIECES.items()),
    Hostile("text-long", "a.jsonl", text("word "), MB + 1, 9 * MB, "at most 1000000 characters, not "),
)

_MAIL = "From: A <a@b.example>\nSubject: Ferry\nDate: Mon, 4 Mar 2019 18:30:00 +0000\nMessage-ID: <1@b.example>\n"
_PLAIN = "Content-Type: text/plain\n\n"
_MIXED = "Content-Type: multipart/mixed; boundary=b\n\n"
_SAVED = "From: <Saved by Blink>\nSnapshot-Content-Location: https://b.example/\nContent-Type: text/html\n"
_BASE64 = "Content-Transfer-Encoding: base64\n\n"
_ENVELOPE = "From a@b Mon Mar  4 18:30:00 2019\n"


def _nested(size: int) -> bytes:
    """Return a message of parts in parts."""
    depth = size // 60
    parts = (f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(depth))
    return f"{_MAIL}{''.join(parts)}{_PLAIN}Text".encode()


MESSAGES = (
    Hostile("mail-nested", "a.eml", _nested, 3_000, 600_000, "the message is nested too deeply"),
    Hostile("mail-forwards", "a.eml", repeated("Content-Type: message/rfc822\n\n", _MAIL), 1_000, 9 * MB, "too deeply"),
    Hostile(
        "mail-parts", "a.eml", repeated("--b\n\n", _MAIL + _MIXED), 51_000, 9 * MB, "the message has too many parts"
    ),
    Hostile("mail-ends", "a.eml", repeated("--b--\n", _MAIL + _MIXED), 600, 9 * MB, "the message has no text"),
    Hostile("mail-dashes", "a.eml", repeated("--\n", _MAIL + _PLAIN), 1_000_100, 9 * MB, "at most 1000000 characters"),
    Hostile(
        "mail-boundary",
        "a.eml",
        repeated("b", _MAIL + "Content-Type: multipart/mixed; boundary=", "\n\n--b"),
        99,
        MB,
        "",
    ),
    Hostile("mail-header", "a.eml", repeated("x", _MAIL + "X-A: ", "\n\nText"), 21_000, 100 * MB, None),
    Hostile("mail-headers", "a.eml", repeated("X-A: b\n", _MAIL, "\nText"), 700, 20 * MB, None),
    Hostile(
        "mail-words",
        "a.eml",
        repeated("=?utf-8?Q?", _MAIL.replace("Subject: Ferry\n", "") + "Subject: ", "\n\nText"),
        12_000,
        MB,
        "title is",
    ),
    Hostile(
        "mail-sender",
        "a.eml",
        repeated("(a at ", "Subject: Ferry\nDate: x\nMIME-Version: 1\nFrom: ", "\n\nText"),
        900,
        MB,
        None,
    ),
    Hostile("mail-quotes", "a.eml", repeated(">b\nc:\n", _MAIL + "In-Reply-To: <a>\n\n"), 600, 900_000, ""),
    Hostile(
        "mail-flowed",
        "a.eml",
        repeated("a \n", _MAIL + "Content-Type: text/plain; format=flowed\n\n"),
        600,
        900_000,
        None,
    ),
    Hostile(
        "mail-forward",
        "a.eml",
        repeated("From: a@b\nDate: 4 Mar 2019\n", _MAIL.replace("Ferry", "Fwd: F") + "\n"),
        3_000,
        900_000,
        "",
    ),
    Hostile(
        "mail-utf7",
        "a.eml",
        repeated("+ADw-", _MAIL + "Content-Type: text/plain; charset=utf-7\n\n"),
        99,
        MB,
        _ENCODING,
    ),
    Hostile(
        "mail-punycode",
        "a.eml",
        repeated("-a", _MAIL + "Content-Type: text/plain; charset=punycode\n\n"),
        99,
        MB,
        _ENCODING,
    ),
    Hostile("mail-tags", "a.eml", repeated("PGI+", _MAIL + "Content-Type: text/html\n" + _BASE64), 2_100, 9 * MB, ""),
    Hostile("mail-lines", "a.eml.gz", packed(repeated("\n", _MAIL + _MIXED)), 600, 500 * MB, ""),
    Hostile(
        "mail-picture",
        "a.eml",
        repeated("A" * 76 + "\n", _MAIL + _MIXED + "--b\n\nText\n--b\nContent-Type: image/png\n\n"),
        900,
        100 * MB,
        None,
    ),
    Hostile("mbox-lines", "a.mbox", repeated(_ENVELOPE, _ENVELOPE + _MAIL + "\n"), 900, 20 * MB, ""),
    Hostile(
        "mbox-empty",
        "a.mbox",
        repeated(_ENVELOPE + "A: b\n\n", _ENVELOPE + _MAIL + "\n"),
        900,
        2 * MB,
        "the message has no text",
    ),
    Hostile("page-tags", "a.mht", repeated("PGI+", _SAVED + _BASE64), 210_000, 9 * MB, _TAGS),
    Hostile(
        "page-picture",
        "a.mht",
        repeated("QUJD\n", _SAVED.replace("text/html", "image/png") + _BASE64),
        900,
        20 * MB,
        "no HTML page",
    ),
)

_RIS = "TY  - NEWS\nTI  - Ferry\nT2  - Gazette\nAB  - A text.\n"
_PROQUEST = f"{'_' * 60}\nFerry sails\nAuthor: Byrne, Ada\nFull text: It sails.\n"
_RECORD = "\nPublication title: Gazette\nProQuest document ID: 1001\n"
_FACTIVA = "Ferry sails\n352 words\n4 March 2019\nHarbour Gazette\nHARGAZ\nEnglish\n(c) 2019\n"
_DOCUMENT = "\nDocument HARGAZ0020190304ef33\n"
_FACTIVA_PAGE = f"<html><div class='article enArticle'><span class='enHeadline'>Ferry</span><p>{_DOCUMENT}</p>"

DATABASES = (
    Hostile("ris-lines", "a.ris", repeated("a\n", _RIS), 210_000, 9 * MB, "the record is too long"),
    Hostile("ris-tags", "a.ris", repeated("KW  - a\n", _RIS), 2_000, 9 * MB, ""),
    Hostile("ris-dates", "a.ris", repeated("DA  - 03/04/2019\n", _RIS), 2_000, 9 * MB, ""),
    Hostile("ris-records", "a.ris", repeated("TY  - NEWS\n"), 2_000, 9 * MB, "text is None"),
    Hostile("ris-names", "a.ris", repeated("B, A; ", f"{_RIS}AU  - "), 25_000, 9 * MB, ""),
    Hostile("ris-spaces", "a.ris", repeated(" ", f"{_RIS}DA  - 4", "March"), 2_000, 9 * MB, ""),
    Hostile("ris-blank", "a.ris", repeated("\n", _RIS), 110_000, 9 * MB, _BLANK),
    Hostile("proquest-labels", "a.txt", repeated("Author: a\n", _PROQUEST, _RECORD), 1_200_000, 9 * MB, "is too long"),
    Hostile("proquest-anchors", "a.txt", repeated("Section: a\n", _PROQUEST, _RECORD), 2_000, 9 * MB, ""),
    Hostile("proquest-lines", "a.txt", repeated(f"{'_' * 20}\na\n", _PROQUEST), 2_000, 9 * MB, ""),
    Hostile("proquest-rights", "a.txt", repeated("a\n", f"{_PROQUEST}{_RECORD}Copyright: "), 9_000, 9 * MB, ""),
    Hostile("proquest-spaces", "a.txt", repeated(" ", f"{_PROQUEST}{_RECORD}", ":"), 9_000, 9 * MB, None),
    Hostile("factiva-days", "a.txt", repeated("4 March 2019\n", _FACTIVA), 1_400_000, 9 * MB, "is too long"),
    Hostile("factiva-words", "a.txt", repeated("352 words\n4 March 2019\n", _FACTIVA), 2_000, 9 * MB, ""),
    Hostile("factiva-articles", "a.txt", repeated(_DOCUMENT, _FACTIVA), 2_000, 9 * MB, "begins no article"),
    Hostile("factiva-codes", "a.txt", repeated("HD\ta\nWC\tb\n", "HD\ta\nPD\tb\nSN\tc\n"), 2_000, 9 * MB, ""),
    Hostile("factiva-page", "a.html", repeated("<div class='xxArticle '>", _FACTIVA_PAGE), 5_000, 9 * MB, ""),
    Hostile("factiva-headlines", "a.html", repeated("<span class='aHeadline'>a</span>", _FACTIVA_PAGE), 2_000, MB, ""),
    Hostile("factiva-divs", "a.html", repeated(f"<p>{_DOCUMENT}</p>", _FACTIVA_PAGE), 5_000, MB, ""),
)


FILES = (
    *(
        *ARCHIVES,
        *WARC_FILES,
        *TABLES_AND_JSON,
        *DATABASES,
        *RECORDS,
        *PAGES,
        *SITEMAPS,
        *SPREADSHEETS,
        *PDFS,
        *AGENCIES,
    ),
    *(*PRESS, *TEXTS, *MESSAGES),
)
"""Every hostile file; `said=""` allows any outcome but a crash, where it depends on the speed of the machine."""


@dataclass(frozen=True, slots=True)
class HostileFolder:
    """Something in a folder that is not a regular file, how to make it, and part of the line that reports it."""

    name: str
    make: Callable[[Path], object]
    said: str


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made, chdir(folder):  # Socket paths must be short.
        made.bind("a.md")


FOLDERS = (
    HostileFolder("fifo", lambda folder: os.mkfifo(folder / "a.md"), "is neither a file nor a folder"),
    HostileFolder("device", lambda folder: (folder / "a.md").symlink_to("/dev/zero"), "is neither a file nor a folder"),
    HostileFolder("socket", _socket, "is neither a file nor a folder"),
    HostileFolder("link-round", lambda folder: (folder / "a.md").symlink_to("a.md"), "no such file or folder"),
    HostileFolder("link-up", lambda folder: (folder / "a").symlink_to(".."), "is a link to a folder"),
    HostileFolder("link-out", lambda folder: (folder / "a.txt").symlink_to("/etc/passwd"), "is a link that leads out"),
    HostileFolder("name", lambda folder: (folder / "a\n\x1b[2J.md").touch(), "a\\n\\x1b[2J.md: the file is empty"),
)
"""Everything hostile that a folder can hold besides files."""


ALL: tuple[Hostile | HostileFolder, ...] = (*FILES, *FOLDERS)


def made(folder: Path, *, full: bool = False, names: tuple[str, ...] = ()) -> list[Path]:
    """Make hostile files, each in a folder of its name, and return these folders."""
    wanted = [item for item in ALL if not names or item.name in names]
    for item in wanted:
        (folder / item.name).mkdir()
        if isinstance(item, Hostile):
            (folder / item.name / item.file).write_bytes(item.content(item.full if full else item.small))
        else:
            item.make(folder / item.name)
    return [folder / item.name for item in wanted]


def row(name: str, took: Measured) -> str:
    """Return a line on what a load took; `!` marks values over the bounds."""
    over = "!" if took.cpu > 30 or took.megabytes > 512 or took.crashed else " "
    return f"{over} {name:<20} {took.cpu:6.1f} s {took.megabytes:6.0f} MB  {took.said[:90]}"


if __name__ == "__main__":
    for name in sys.argv[1:] or [item.name for item in ALL]:
        with tempfile.TemporaryDirectory() as folder:
            (place,) = made(Path(folder), full=True, names=(name,))
            sys.stdout.write(row(name, loaded(place, database=Path(folder) / "dateline.db")) + "\n")
            sys.stdout.flush()
