"""docs/reference names the input formats, lists of URLs and bounds of the readers."""

import re
from pathlib import Path

import pytest

from app.models import EntityType
from seed.pipeline.links import MAX_LISTED_PAGES
from seed.pipeline.merge import MAX_OTHER_URLS
from seed.pipeline.report import MAX_KEPT_REFUSALS
from seed.readers import FORMATS, Overrides, read_paths
from seed.readers.documents.docx import MAX_ELEMENTS
from seed.readers.documents.paragraphs import MAX_DOCUMENT_BYTES
from seed.readers.documents.pdf import MAX_PDF_PAGES
from seed.readers.documents.rtf import MAX_DEPTH, MAX_TOKENS
from seed.readers.fields.entities import ENTITY_FIELDS
from seed.readers.fields.mapping import RECORD_FIELDS as JSON_FIELDS
from seed.readers.fields.mapping import WELL_KNOWN_NAMES
from seed.readers.formats.feed import MAX_FEED_TAGS as MOST_TAGS_OF_FEED
from seed.readers.formats.markdown import FRONT_MATTER_FIELDS as FRONT_FIELDS
from seed.readers.formats.sitemap import MAX_PAGE_BYTES as MAX_SITEMAP_PAGE_BYTES
from seed.readers.formats.table_rows import MAX_COLUMNS
from seed.readers.formats.telegram_page import MAX_MESSAGES
from seed.readers.html_markup.tree import MAX_ELEMENT_DEPTH, MAX_PAGE_TAGS
from seed.readers.input import decoding
from seed.readers.input.archives import MAX_EXPANSION_RATIO, MAX_MEMBERS, MAX_UNPACKED_BYTES
from seed.readers.input.decoding import MAX_BLANK_LINES, MAX_RECORD_BYTES, MAX_RECORD_LINES
from seed.readers.input.json_values import MAX_JSON_NODES
from seed.readers.input.sandbox import MAX_CPU_SECONDS, MAX_MEMORY_BYTES, MAX_WALL_SECONDS
from seed.readers.input.warc import MAX_BROKEN_RECORDS, MAX_HEADER_BYTES, MAX_RECORDS_WITHOUT_PAGE
from seed.readers.input.workbooks import MAX_WORKBOOK_BYTES, MAX_WORKBOOK_MEMORY
from seed.readers.inputs import MAX_CONSECUTIVE_REFUSALS
from seed.readers.mime.parts import MAX_HEADER_FIELD_BYTES, MAX_MESSAGE_LINES, MAX_NESTED_PARTS, MAX_PARTS
from seed.readers.overrides import MANIFEST_COLUMNS
from seed.readers.press.nexis import MAX_BLOCK
from seed.readers.registry import FORMAT_BY_SUFFIX
from seed.readers.strict_xml import MAX_XML_TAGS
from seed.readers.strict_yaml import MAX_YAML_DEPTH as DEEPEST_YAML
from seed.readers.validation import MAX_LINE_LENGTH, MAX_NAMES, MAX_TEXT_LENGTH
from seed.records import Link
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
DOCS = (REFERENCE / "input-formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "suffix"),
    [
        ("text", ".txt"),
        ("nexis", ".txt"),
        ("factiva", ".txt"),
        ("proquest", ".txt"),
        ("ris", ".ris"),
        ("markdown", ".md"),
        ("json", ".jsonl"),
        ("jsonl", ".jsonl"),
        ("jsondocument", ".json"),
        ("csv", ".csv"),
        ("html", ".html"),
        ("mhtml", ".mhtml"),
        ("email", ".eml"),
        ("xml", ".rss"),
        ("nitf", ".nitf"),
        ("newsml", ".newsml"),
        ("telegram", ".html"),
        ("warc", ".warc"),
    ],
)
def test_each_example_is_read(reading: Reading, language: str, suffix: str) -> None:
    (example,) = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    options = {"source": "The Harbour Gazette"} if language == "text" else {}
    article = only_article(reading(f"example{suffix}", example, **options))
    assert article.title.startswith("Ferry service resumes")
    assert article.published.on is not None
    assert article.text


def test_the_example_of_a_list_is_one(tmp_path: Path) -> None:
    fetching = (REFERENCE / "fetching.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```urls\n(.*?)```", fetching, re.DOTALL)
    (tmp_path / "quay.txt").write_text(example, encoding="utf-8")
    found = list(read_paths([tmp_path / "quay.txt"], overrides=Overrides()))
    assert [item.url for item in found if isinstance(item, Link)] == example.splitlines()[1:]


def test_the_example_of_a_sitemap_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```sitemap\n(.*?)```", DOCS, re.DOTALL)
    (tmp_path / "news.xml").write_text(example, encoding="utf-8")
    (link,) = read_paths([tmp_path / "news.xml"], overrides=Overrides())
    assert isinstance(link, Link)
    assert link.listed is not None
    assert link.listed.title == "Ferry service resumes after storm"


@pytest.mark.parametrize(
    "name",
    sorted(
        {*FORMATS, *FORMAT_BY_SUFFIX, *JSON_FIELDS, *FRONT_FIELDS, *ENTITY_FIELDS, *MANIFEST_COLUMNS, *EntityType}
        - {"entities"}
    ),
)
def test_each_format_field_and_column_is_named(name: str) -> None:
    assert f"`{name}`" in DOCS


PROMISED = (REFERENCE / "bounds.md").read_text(encoding="utf-8")
BOUNDS = PROMISED.partition("## Bounds and hostile input")[2].partition("\n## ")[0]

LIMITS = [
    f"{MAX_RECORD_BYTES:,} bytes |",
    f"{MAX_TEXT_LENGTH:,} characters",
    f"{MAX_NAMES:,} |",
    f"{MAX_MESSAGE_LINES:,} lines, {MAX_PARTS:,} parts, {MAX_NESTED_PARTS} nested",
    f"{MAX_HEADER_FIELD_BYTES:,} bytes | is cut",
    f"{MAX_JSON_NODES:,} lists, objects and strings",
    f"other URLs of an article | {MAX_OTHER_URLS} |",
    f"{MAX_COLUMNS:,} |",
    f"{DEEPEST_YAML} levels",
    f"{MAX_PAGE_TAGS:,} tags, {MAX_ELEMENT_DEPTH} elements",
    f"{MOST_TAGS_OF_FEED:,} tags",
    f"a page of Telegram | {MAX_MESSAGES:,} messages",
    f"NITF or NewsML | {MAX_XML_TAGS:,} tags, {MAX_ELEMENT_DEPTH} elements",
    f"pages of lists that `--fetch` fetches | {MAX_LISTED_PAGES:,} |",
    f"{MAX_BLANK_LINES:,} |",
    f"{MAX_CONSECUTIVE_REFUSALS:,} | the rest",
    f"{decoding.MAX_SKIPPED_LINE_BYTES:,} bytes",
    f"a spreadsheet | {MAX_WORKBOOK_BYTES:,} bytes, {MAX_WORKBOOK_MEMORY // 1_000_000} MB of memory |",
    f"a page of a sitemap | {MAX_SITEMAP_PAGE_BYTES:,} bytes |",
    f"pages of a PDF | {MAX_PDF_PAGES:,} |",
    f"{MAX_EXPANSION_RATIO} times its own size ({MAX_RECORD_BYTES:,} bytes always), "
    f"{MAX_UNPACKED_BYTES:,} bytes in all",
    f"{MAX_MEMBERS:,} | is refused",
    f"header of a WARC record, or of the response in it | {MAX_HEADER_BYTES:,} bytes |",
    f"records of a WARC without a valid length | {MAX_BROKEN_RECORDS} |",
    f"consecutive records of a WARC without a page | {MAX_RECORDS_WITHOUT_PAGE:,} |",
    f"{MAX_DOCUMENT_BYTES:,} bytes unpacked; {MAX_ELEMENTS:,} elements (DOCX), {MAX_TOKENS:,} control words and "
    f"{MAX_DEPTH} levels (RTF)",
    f"{MAX_BLOCK:,} characters",
    f"{MAX_RECORD_LINES:,} lines",
    f"{MAX_KEPT_REFUSALS:,} | are counted",
]


@pytest.mark.parametrize("limit", LIMITS)
def test_each_bound_is_named(limit: str) -> None:
    assert limit in BOUNDS


def test_the_bounds_of_a_process_are_named() -> None:
    docs = " ".join(DOCS.split())
    assert f"after {MAX_CPU_SECONDS} seconds of CPU time or {MAX_WALL_SECONDS} seconds of wall time" in docs
    assert f"more than {MAX_MEMORY_BYTES // 1_000_000} MB" in docs
    assert f"at most {MAX_LINE_LENGTH:,} characters" in docs


@pytest.mark.parametrize("field", WELL_KNOWN_NAMES)
def test_each_well_known_name_is_named(field: str) -> None:
    names = re.findall(rf"^\| `{field}` \| ([a-z, ]+) \|$", DOCS.partition("is also called")[2], re.MULTILINE)
    named = {name.replace(" ", "") for name in "".join(names).split(",")} | {field.replace("_", "")}
    assert named >= set(WELL_KNOWN_NAMES[field].split())
