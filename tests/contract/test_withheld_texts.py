"""What every format shows of a text that the operator withholds is what the docs say."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
from starlette.testclient import TestClient

from app.routes.aggregation_tables import VIEWS as AGGREGATIONS
from app.routes.tables import FORMATS, VIEWS
from app.settings import ServeText
from tests.conftest import ROOT, app_for, load_jsonl

DOCS = (ROOT / "docs" / "reference" / "export-formats.md").read_text(encoding="utf-8")
SECTION = DOCS.partition("## Withheld texts\n")[2]
FORMAT_ALIKE = re.compile(r"`([^`]*)`, the same of `\.xlsx` and `\.parquet`")

ID = "xcx40nxes912"
QUOTE, MENTION, SPEAKER, CUE, EVIDENCE = "Zqquote zqcalm", "Zqmention", "Zqspeaker", "zqcue", "Zqevidence"
TEXT = f"Zqbeginning zqwords. {SPEAKER} {CUE} “{QUOTE}” of {MENTION}. {EVIDENCE} zqend."
WITHHELD = ("zqbeginning", "zqwords", "zqquote", "zqcalm", "zqend")
"""Words that only the text has, in lower case."""


def span(word: str) -> dict[str, Any]:
    """Return the place of a word in TEXT."""
    start = TEXT.index(word)
    return {"field": "text", "start": start, "end": start + len(word)}


# As an export has it, which says what the text names and who speaks in other words than the labels of the entities.
RECORD: dict[str, Any] = {
    "id": ID,
    "title": "Ferry",
    "source": {"id": "gazette", "name": "Gazette"},
    "published": {"on": "2015-11-01", "at": None, "precision": "day", "basis": "inferred", "evidence": EVIDENCE},
    "language": "en",
    "text_kind": "full",
    "entities": [{"id": "ada", "name": "Ada Byrne", "type": "person", "count": 1}],
    "text": TEXT,
    "mentions": [
        {
            **span(MENTION),
            "text": MENTION,
            "kind": "name",
            "type": "person",
            "entity": "ada",
            "rule": "given",
            "confidence": 1.0,
        }
    ],
    "statements": [{**span(f"“{QUOTE}”"), "kind": "quotation", "speaker": "ada", "speaker_name": SPEAKER, "cue": CUE}],
}


def documented() -> Iterator[tuple[str, tuple[bool, bool, bool]]]:
    """Yield each address of the table in the docs, and whether it has evidence, mentions and attributions."""
    for cells in re.findall(r"^\| (`.*) \| (yes|no) \| (yes|no) \| (yes|no) \|$", SECTION, re.MULTILINE):
        addresses = FORMAT_ALIKE.sub(
            lambda match: ", ".join(
                f"`{match[1].replace('.csv', suffix)}`" for suffix in (".csv", ".xlsx", ".parquet")
            ),
            cells[0],
        )
        for address in re.findall("`([^`]*)`", addresses):
            yield address, (cells[1] == "yes", cells[2] == "yes", cells[3] == "yes")


SHOWN = dict(documented())


@pytest.fixture(scope="module")
def withholding(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of one full text."""
    database = tmp_path_factory.mktemp("withheld") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    load_jsonl(database, [RECORD])
    return database


def words_of(document: bytes) -> str:
    """Return everything that a document says in lower case, unpacked."""
    if not is_zipfile(BytesIO(document)):
        return document.decode().lower()
    with ZipFile(BytesIO(document)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist()).lower()


@pytest.mark.unmeasured
@pytest.mark.parametrize("serve", ["none", "digest"])
@pytest.mark.parametrize("address", SHOWN)
def test_a_format_shows_what_the_docs_say(withholding: Path, serve: ServeText, address: str) -> None:
    if ".parquet" in address and find_spec("pyarrow") is None:
        pytest.skip("pyarrow is not installed")
    with TestClient(app_for(withholding, serve_text=serve)) as client:
        answer = client.get(f"/v1/{address.replace('{id}', ID)}")
    assert answer.status_code == 200, answer.text
    document = answer.content
    if ".parquet" in address:
        import pyarrow.parquet  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 - an extra

        document = str(pyarrow.parquet.read_table(BytesIO(document)).to_pylist()).encode()
    words = words_of(document)
    assert [word for word in WITHHELD if word in words] == []
    attributed = SPEAKER.lower() in words and CUE in words
    assert (EVIDENCE.lower() in words, MENTION.lower() in words, attributed) == SHOWN[address]


def test_the_docs_name_every_format() -> None:
    tables = {f"{view.table.name}.ndjson" for view in (*VIEWS, *AGGREGATIONS)}
    articles = {f"articles.{format_.suffix}" for format_ in FORMATS}
    others = {"articles.atom", "articles.rss", "articles.jsonfeed", "articles/{id}", "network.graphml"}
    single = {"articles/{id}.jsonld", "articles/{id}/annotations", "articles/{id}/citation", "articles/{id}.ftm.ndjson"}
    assert tables | articles | others | single <= SHOWN.keys()


def test_a_served_text_is_in_every_document_of_texts(withholding: Path) -> None:
    """The words that the other tests miss are those that the documents have."""
    with TestClient(app_for(withholding)) as client:
        detail = words_of(client.get(f"/v1/articles/{ID}").content)
        assert [word for word in WITHHELD if word not in detail] == []
        assert "zqquote" in words_of(client.get("/v1/statements.xlsx").content)
