"""Inputs of every format with typical damage, the same for the same seed.

    python -m tests.seed.readers.mutations [count] [first seed]

reads that many mutations of each format and stops at the first that is neither read nor refused.
"""

import base64
import gzip
import io
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from seed.readers import _read_or_defer
from seed.readers.context import ReaderContext
from seed.readers.dates.facts import load_facts
from seed.readers.input.archives import InputFile, unpack
from seed.readers.inputs import run_inline
from seed.readers.outlets import load_sources
from seed.readers.registry import HEAD_BYTES
from seed.records import Link, NoArticle, ReadItem, Refusal, SkippedFiles
from tests.seed.readers.hostile_content import packed_pages, packed_table, packed_workbook, sheet_row, table_row
from tests.seed.readers.warc_content import PAGE as CAPTURED
from tests.seed.readers.warc_content import chunked, response

FOLDER = Path(__file__).resolve().parent
PAGE = (FOLDER / "pages" / "amp.html").read_bytes()
NEXIS = FOLDER / "archives" / "nexis"

LINE = (
    b'{"title": "Ferry", "source": "G", "published": "2019-03-04T18:30Z", "authors": ["Ada B"], "text": "Ada B sails."'
    b', "entities": [{"name": "Ada B", "type": "person", "mentions": [[0, 5]]}], "details": {"page": "A", "sent": 4}}\n'
)
MARKDOWN = b"---\ntitle: Ferry\nsource: Gazette\nauthors: [A B]\npublished: 2019-03-04T01:02Z\nzone: UTC\n---\nText.\n"
TABLE = (
    b'headline,publisher,date,byline,text\nFerry,Gazette,4 March 2019,By Ada Byrne,"It ""sails"".\n\nAgain."\n'
    b"Tide,Gazette,2019-03-05,,It turns.\n"
)
FEED = (
    b'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    b"<title>G</title><item><title>Ferry</title><link>http://g.example/1</link><guid>urn:1</guid><pubDate>"
    b"Mon, 04 Mar 2019 18:30:00 GMT</pubDate><content:encoded><![CDATA[<p>It &amp; sails</p>]]></content:encoded>"
    b"</item></channel></rss>"
)
SAVED = (
    b"Accessibility links\nFerries Sail\n\nBy Ada Byrne | March 4, 2019 | 6:30pm EST\nRow\nRow\n"
    b"( \xe2\x80\x93 On March 4 Putin marked his 60th birthday.\n\xe2\x80\x94 Ada Byrne, Jo Li\nMRC Store\n"
)


NITF = (
    b'<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "n.dtd" [<!ENTITY nbsp "&#160;">]><nitf xml:lang="en"><head><docdata>'
    b'<doc-id id-string="1"/><date.issue norm="20190304T183000-0500"/><doc.copyright year="2019" holder="G"/></docdata>'
    b'<pubdata name="G" date.publication="20190304" position.section="A"/></head><body><body.head><hedline><hl1>Ferry'
    b"</hl1></hedline><byline>By <person>Ada Byrne</person></byline><dateline><location>SULA</location>, March 4 (CNA)"
    b"</dateline></body.head><body.content><p>It&nbsp;sails.<br/>Again.</p><ul><li>Bread</li></ul></body.content>"
    b"</body></nitf>"
)
NEWSML = (
    b'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:g:1" version="1"><itemMeta>'
    b'<provider literal="CNA"/><firstCreated>2019-03-04T18:30:00Z</firstCreated></itemMeta><contentMeta><by>By Ada'
    b' Byrne</by><language tag="en"/><headline>Ferry</headline><dateline>SULA, 4 March</dateline></contentMeta>'
    b'<contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>It sails.</p></body></html>'
    b"</inlineXML></contentSet></newsItem></itemSet></newsMessage>"
)
TELEGRAM = (
    b'<html><head><title>Exported Data</title></head><body><div class="page_header"><div class="text bold">Quay'
    b'</div></div><div class="message default clearfix" id="message2"><div class="body">'
    b'<div title="02.05.2023 11:30:00 UTC+03:00" class="pull_right date details">11:30</div>'
    b'<div class="from_name">Quay</div><div class="forwarded body"><div class="from_name">Sula'
    b' <span class="date details">1</span></div><div class="text"><b>It</b> sails.<br>Again.</div></div></div></div>'
    b'<div class="message default clearfix joined" id="message3"><div class="body"><div class="text">Bread &amp; tea'
    b"</div></div></div></body></html>"
)
WARC = response(
    chunked(gzip.compress(CAPTURED, mtime=0), 90), "Content-Encoding: gzip", "Transfer-Encoding: chunked"
) + (response(CAPTURED))
RIS = (
    b"TY  - NEWS\nTI  - Ferry sails\nAU  - Byrne, Ada\nT2  - Gazette\nDA  - 2019/03/04/\nSP  - A1\nLA  - en\n"
    b"AB  - It sails.\nAgain.\nUR  - http://g.example/1\nN1  - Copyright - Gazette\nER  - \n"
)
PROQUEST = (
    b"____________________\n\nFerry sails\n\nAuthor: Byrne, Ada; Li, Jo\n\nAbstract: Short.\n\nFull text: It sails.\n\n"
    b"Again.\n\nSubject: Ferries\n\nTitle: Ferry sails\n\nPublication title: Gazette, Late edition; Norhaven\n\n"
    b"Publication date: Mar 4, 2019\n\nLanguage of publication: English\n\nProQuest document ID: 1001\n\n"
)
FACTIVA_PAGE = (
    b'<html><body><div id="article-GAZET00020190304ef34" class="article enArticle"><div>News</div><div id="hd">'
    b'<span class="enHeadline">Ferry sails</span></div><div class="author">By Ada Byrne</div><div>352 words</div>'
    b"<div>4 March 2019</div><div>18:30</div><div>Gazette</div><div>GAZET</div><div>A1</div><div>English</div>"
    b'<div>(c) 2019</div><p class="articleParagraph">It sails.</p><p>Document GAZET00020190304ef34</p></div>'
    b"<table><tr><td><b>HD</b></td><td>Pier rises</td></tr><tr><td><b>SN</b></td><td>Gazette</td></tr></table></body>"
)
FACTIVA_TEXT = (
    b"Ferry sails\nAda Byrne\n352 words\n4 March 2019\nGazette\nGAZET\nEnglish\n(c) 2019\n\nIt sails.\n\n"
    b"Document GAZET00020190304ef34\n\nSearch Summary\nResults Found\n1\n"
)


def _zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("a.jsonl", LINE), ("b/c.md", MARKDOWN)):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


MESSAGE = (
    b'From: "The Harbour Gazette" <daily@harbour-gazette.example>\r\nTo: <reader@mail.example>\r\n'
    b"Subject: =?utf-8?Q?Ferry_=E2=80=93_again?=\r\nDate: Mon, 4 Mar 2019 18:30:00 -0500 (EST)\r\n"
    b"Message-ID: <1@harbour-gazette.example>\r\nList-Id: Daily <daily.harbour-gazette.example>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="m-1"\r\n\r\n--m-1\r\n'
    b"Content-Type: multipart/alternative; boundary=a-1\r\n\r\n--a-1\r\nContent-Type: text/plain; format=flowed\r\n\r\n"
    b"It \r\nsails.\r\n\r\n-- \r\nGazette\r\n--a-1\r\nContent-Type: text/html; charset=windows-1252\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<html lang=3D'en'><p style=3D'display:none'>Hid=\r\nden</p>"
    b"<h1>Ferry</h1><p>By Ada Byrne</p><p>It sails =97 again.</p><p>Unsubscribe</p>\r\n--a-1--\r\n--m-1\r\n"
    b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--m-1--\r\n"
)
SAVED_PAGE = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://harbour-gazette.example/1\r\nSubject: Ferry\r\n"
    b"Date: Fri, 3 Jul 2020 09:12:44 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    b'\ttype="text/html";\r\n\tboundary="----MultipartBoundary--x----"\r\n\r\n\r\n------MultipartBoundary--x----\r\n'
    b"Content-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(
        b"<html><head><title>Ferry sails</title><meta property='og:site_name' content='Gazette'></head><body><article>"
        b"<h1>Ferry sails</h1><p>The ferry sailed again on Monday.</p></article></body></html>"
    ).replace(b"\n", b"\r\n")
    + b"------MultipartBoundary--x------\r\n"
)

_SHEET = (
    f"<sheetData>{sheet_row('title', 'source', 'date', 'text')}<row>"
    '<c t="inlineStr"><is><t>Ferry</t></is></c><c t="inlineStr"><is><t>G</t></is></c><c><v>43528.5</v></c>'
    '<c t="inlineStr"><is><t>It sails.</t></is></c></row></sheetData><mergeCells><mergeCell ref="B2:B9"/></mergeCells>'
)
_TABLE_ROWS = table_row("title", "source", "text") + table_row("Ferry", "G", "It sails.")

SAMPLES: dict[str, bytes] = {
    "a.html": PAGE,
    "a.rss": FEED,
    "a.feed.json": b'{"version": "https://jsonfeed.org/version/1.1", "title": "G", "items": [{"id": "1",'
    b' "title": "Ferry", "url": "https://g.example/1", "content_html": "<p>It sails</p>",'
    b' "date_published": "2019-03-04T18:30:00Z"}]}',
    "a.nitf": NITF,
    "a.newsml": NEWSML,
    "a.messages.html": TELEGRAM,
    "a.md": MARKDOWN,
    "a.jsonl": LINE * 3,
    "a.json": b"[" + LINE + b"," + LINE + b"]",
    "a.csv": TABLE,
    "a.txt": SAVED,
    "a.mhtml": SAVED_PAGE,
    "a.eml": MESSAGE,
    "a.mbox": (b"From a@b.example Mon Mar  4 18:30:00 2019\r\n" + MESSAGE + b"\r\n") * 2,
    "a.urls": b"# Two\nhttps://harbour-gazette.example/a?b=c\n\nhttp://bay-courier.example/\n",
    "a.sitemap.xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://harbour-gazette.example/1</loc>'
        b"<news:news><news:publication><news:name>G</news:name><news:language>en</news:language></news:publication>"
        b"<news:publication_date>2019-03-04T18:30:00Z</news:publication_date><news:title>Ferry</news:title></news:news>"
        b"</url></urlset>"
    ),
    "a.xlsx": packed_workbook([_SHEET]),
    "a.ods": packed_table(_TABLE_ROWS),
    "a.pdf": packed_pages([[(18, "Ferry sails"), "By Ada Byrne", "4 March 2019", "It sails again."], ["Page 2"]]),
    "a.ris": RIS * 2,
    "proquest.txt": PROQUEST * 2,
    "factiva.html": FACTIVA_PAGE,
    "factiva.txt": FACTIVA_TEXT * 2,
    "a.jsonl.gz": gzip.compress(LINE * 3, mtime=0),
    "a.zip": _zipped(),
    "a.warc": WARC,
    "a.warc.gz": gzip.compress(WARC, mtime=0),
    "a.nexis.txt": (NEXIS / "academic-cover.txt").read_bytes(),
    "a.docx": (NEXIS / "uni-german.docx").read_bytes(),
    "a.rtf": (NEXIS / "uni-pages.rtf").read_bytes(),
}
"""A valid file of each format, by name."""

_PACKED: dict[str, tuple[Callable[[str], bytes], bytes]] = {
    "a.xlsx": (lambda sheet: packed_workbook([sheet]), _SHEET.encode()),
    "a.ods": (packed_table, _TABLE_ROWS.encode()),
}

_TOKENS = (
    *(b"\n", b"\r", b"\0", b'"', b"'", b",", b";", b"<", b">", b"&", b"{", b"}", b"[", b"]", b"\\", b"---\n", b"\t"),
    *(b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\xa9", b"\xe2\x80\xae", b"&#0;", b"&nbsp;", b"]]>"),
    *(
        b"<!--",
        b"-->",
        b"<script>",
        b"</article>",
        b"<table>",
        b"null",
        b"1e999",
        b"-1",
        b"9" * 30,
        b"\\ud800",
        b"2019-02-30",
    ),
)

Change = Callable[[Random, bytes], bytes]


def _cut(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _remove(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + content[at + random.choice((1, 2, 5, 40, 300)) :]


def _insert(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(_TOKENS) * random.choice((1, 1, 1, 2, 50)) + content[at:]


def _replace(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.randbytes(random.choice((1, 1, 2, 8))) + content[at + 1 :]


def _repeat(random: Random, content: bytes) -> bytes:
    start = random.randrange(len(content) + 1)
    part = content[start : start + random.choice((1, 10, 100, 1_000))]
    return content[:start] + part * random.choice((2, 3, 20)) + content[start:]


def _swap(random: Random, content: bytes) -> bytes:
    first, second = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[second:] + content[first:second] + content[:first]


def _recode(random: Random, content: bytes) -> bytes:
    return content.decode("latin-1").encode(random.choice(("utf-8", "utf-16", "utf-32", "utf-7")))


_CHANGES: tuple[Change, ...] = (_cut, _remove, _insert, _insert, _replace, _replace, _repeat, _swap, _recode)


def mutated(name: str, seed: int) -> bytes:
    """Return the file of this name with one to four changes; they are the same for the same seed."""
    random = Random(f"{name} {seed}")
    content = SAMPLES[name]
    # Damage of a zip is found by its checksums: half of the mutations damage what is in it.
    pack, inner = _PACKED.get(name, (None, b"")) if seed % 2 else (None, b"")
    content = content if pack is None else inner
    for _ in range(random.choice((1, 1, 2, 4))):
        content = random.choice(_CHANGES)(random, content)
    return content if pack is None else pack(content.decode("utf-8", "replace"))


def read_all(name: str, content: bytes, context: ReaderContext) -> list[ReadItem]:
    """Return the records of a file, as a load reads them."""
    found: list[ReadItem] = []
    for part in unpack(io.BytesIO(content), name, HEAD_BYTES):
        if not isinstance(part, SkippedFiles):
            found += run_inline(_read_or_defer(part, context)) if isinstance(part, InputFile) else [part]
    return found


def check(items: list[ReadItem]) -> None:
    """Raise AssertionError unless each item is a storable article, or a refusal with a one-line reason."""
    for item in items:
        if isinstance(item, Refusal | NoArticle):
            assert item.reason.isprintable(), item
        elif isinstance(item, Link):
            assert item.url.isprintable(), item
        else:
            assert item.title.strip(), item
            assert item.text.strip(), item
            lines = (*item.authors, *item.details.values(), *item.notes)
            for value in (item.title, item.text, item.source, item.url or "", *lines):
                assert "\0" not in value, item
                value.encode()


def context() -> ReaderContext:
    """Return the context of the readers."""
    return ReaderContext({"source": "rferl"}, load_sources(), load_facts())


if __name__ == "__main__":
    count, first = (int(value) for value in [*sys.argv[1:], *("5000", "0")[len(sys.argv) - 1 :]])
    at_hand = context()
    for sample in SAMPLES:
        slowest, started = 0.0, time.monotonic()
        for seed in range(first, first + count):
            before = time.monotonic()
            check(read_all(sample, mutated(sample, seed), at_hand))
            slowest = max(slowest, time.monotonic() - before)
        took = time.monotonic() - started
        sys.stdout.write(f"{sample:<12} {count} mutations in {took:.1f} s, the slowest in {slowest:.2f} s\n")
