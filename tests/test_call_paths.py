"""The modules that requests and a load enter, so that their paths stay short.

A module is entered when the interpreter starts one of its functions; a change is a call of a function in another module
than that of the call before it. Each request is the second of its kind.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import anyio
import httpx2
import pytest

from app.http.load import admission, shedding
from app.main import create_app
from app.settings import Settings
from app.stores.sqlite import file_url
from tests.conftest import ROOT, load_jsonl
from tests.seed.loading import load_into, report

RECORDS: list[dict[str, Any]] = [
    {
        "title": f"Ferry {number}",
        "source": "Gazette",
        "published": f"2015-11-0{number}",
        "text": "The ferry of Ann Lee sails at noon.",
        "entities": [{"id": "ann-lee", "name": "Ann Lee", "type": "person", "mentions": [[13, 20]]}],
    }
    for number in range(1, 6)
]

PATHS = {
    "/v1/articles?actor=ann-lee": (34, 100),
    "/v1/articles?actor=ann-lee&q=ferry&sort=relevance&facet=source&highlight=true": (51, 330),
    "/v1/statements?speaker=ann-lee": (39, 151),
}
"""How many modules a request may enter, with how many changes between them. Whoever needs more says why here.

One of them gives the request its public address. Five decide who a client is, whether there is time for its request,
and where it runs: proxies, load shedding, admission, the costs of requests, and deadlines; a lane is entered where it
needs a thread. One says what a range of days leaves out, and one looks for days that count from today. Each loop that
can take long checks the deadline. One compares rows with the checksums of the index, after it has chosen those that are
served. One has the ranks of names, below those that read a name more loosely, which exact names do not enter. Three are
those of a text query besides its parser: its lexer, its tree, and where its leaves occur in a text. The columns of the
index know the places of all statements of a page, and each count of statements checks their words. The lead of each
article is cut out of its text, which is compared with its checksum.
One ranks articles by words, and one says whether the frequent words of the index are counted.
One decides which entities a value names, as people of one name may be many, and the labels give the people of one
article their ids. Two are the store, which reads rows by id through its driver, and one writes the JSON of articles
column by column.
"""

LOAD = (76, 505)
"""The same for a load of one article, without reading its file.

124 changes are checksums of the blobs of the index, 26 more come with the postings of the kinds of texts, and 32 are
those of the publish and of its changes. 9 find the article whose public id is made from a key of the record, the keys
that articles show since the last publish, and notes. 2 are the key of the given id, which the service reads, too.
The tokenizer reads the texts for the text index. 7 keep names without context apart from other entities. 4 let the
text index finish its work before the publish. Each kind of name has a module of the extractor, and so have the speakers
before a verb, those after it, and transcripts. 15 ask the store how a query takes many keys. 3 index the revisions of a
batch together.
"""


@contextmanager
def entered_modules(*packages: str) -> Iterator[list[str]]:
    """Provide the modules of these packages in the order in which they are entered, in this thread and in new ones."""
    folders = tuple(f"{ROOT / package}/" for package in packages)
    modules: list[str] = []

    def record(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(folders):
            modules.append(frame.f_code.co_filename)

    threading.setprofile(record)
    sys.setprofile(record)
    try:
        yield modules
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def cost(modules: list[str]) -> tuple[int, int]:
    """Return the number of modules, and of changes between them."""
    return len(set(modules)), sum(first != second for first, second in pairwise(modules))


@pytest.fixture
def shelf(database: Path) -> Path:
    load_jsonl(database, RECORDS)
    return database


@pytest.mark.unmeasured
@pytest.mark.parametrize("url", PATHS)
def test_a_request_enters_few_modules(shelf: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a busy machine a cheap request may take so long that it moves to another class.
    for limit in ("INLINE_SECONDS", "SHORT_SECONDS"):
        monkeypatch.setattr(admission, limit, 60.0)
    # And a round of the event loop may end.
    monkeypatch.setattr(shedding.LoadSheddingMiddleware, "_is_round_over", lambda _self: False)
    # No check for a new corpus version falls into the request.
    app = create_app(Settings(database_url=file_url(shelf), snapshot_check_ms=60_000))

    async def record() -> list[str]:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:
            with entered_modules("app") as modules:
                await client.get(f"{url}&limit=1")
                modules.clear()
                response = await client.get(url)
        assert response.json()["total"] == (0 if "statements" in url else len(RECORDS))
        return modules

    modules, changes = cost(anyio.run(record))
    app.state.corpus.close()
    assert modules <= PATHS[url][0]
    assert changes <= PATHS[url][1]


def test_a_load_enters_few_modules(database: Path) -> None:
    load_into(database, [report("Ferry")])
    with entered_modules("app", "seed") as modules:
        load_into(database, [report("Tide", id="tide")])
    count, changes = cost(modules)
    assert count <= LOAD[0]
    assert changes <= LOAD[1]


def test_a_longer_path_is_noticed() -> None:
    assert cost(["a", "b", "b", "a", "c"]) == (3, 3)
