"""docs/loading.md says what the readers do."""

import re
from pathlib import Path

import pytest

from app.models import EntityType
from seed.readers import FORMATS
from seed.readers.bytes import LINE_LIMIT
from seed.readers.entities import FIELDS as ENTITY_FIELDS
from seed.readers.formats import SUFFIXES
from seed.readers.mapping import FIELDS as JSON_FIELDS
from seed.readers.mapping import WELL_KNOWN
from seed.readers.markdown import FIELDS as FRONT_FIELDS
from seed.readers.overrides import COLUMNS
from seed.readers.values import LONGEST_LINE
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

DOCS = (Path(__file__).resolve().parents[3] / "docs" / "loading.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "suffix"),
    [
        ("markdown", ".md"),
        ("json", ".jsonl"),
        ("jsondocument", ".json"),
        ("csv", ".csv"),
        ("html", ".html"),
        ("xml", ".rss"),
    ],
)
def test_each_example_is_read(reading: Reading, language: str, suffix: str) -> None:
    (example,) = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    assert only_article(reading(f"example{suffix}", example)).title.startswith("Ferry service resumes")


@pytest.mark.parametrize(
    "name",
    sorted({*FORMATS, *SUFFIXES, *JSON_FIELDS, *FRONT_FIELDS, *ENTITY_FIELDS, *COLUMNS, *EntityType} - {"entities"}),
)
def test_each_format_field_and_column_is_named(name: str) -> None:
    assert f"`{name}`" in DOCS


@pytest.mark.parametrize("number", [LINE_LIMIT, LONGEST_LINE])
def test_each_limit_is_named(number: int) -> None:
    assert f"{number:,}" in DOCS


@pytest.mark.parametrize("field", WELL_KNOWN)
def test_each_well_known_name_is_named(field: str) -> None:
    names = re.findall(rf"^\| `{field}` \| ([a-z, ]+) \|$", DOCS.partition("is also called")[2], re.MULTILINE)
    named = {name.replace(" ", "") for name in "".join(names).split(",")} | {field.replace("_", "")}
    assert named >= set(WELL_KNOWN[field].split())
