"""The tutorial runs word for word: its pieces of Python, its file and its commands, with the output that it shows."""

import re
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import ROOT, app_for, seed

pytestmark = pytest.mark.unmeasured

TUTORIAL = (ROOT / "docs" / "tutorial" / "first-ten-minutes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TUTORIAL, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def database(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the collection that ships, in a folder of its own."""
    return Path(shutil.copy(initialized, tmp_path_factory.mktemp("tutorial") / "dateline.db"))


def test_the_tutorial_runs_word_for_word(database: Path) -> None:
    printed = ""
    with TestClient(app_for(database), base_url="http://127.0.0.1:8000") as client:
        names: dict[str, object] = {"client": client}
        for language, block in BLOCKS:
            if language == "python":
                printed = output_of(block, names)
            elif language == "text":
                assert printed == block
            elif language == "markdown":
                (database.parent / "ferry.md").write_text(block, encoding="utf-8")
            else:
                assert language == "console"
                run(database, block)


def output_of(code: str, names: dict[str, object]) -> str:
    """Run a piece of Python with our client in place of its own; return what it prints."""
    code = code.replace("import httpx\n", "").replace(
        'httpx.Client(base_url="http://127.0.0.1:8000/v1")', "prefixed(client)"
    )
    names["prefixed"] = Prefixed
    with redirect_stdout(StringIO()) as printed:
        exec(code, names)  # noqa: S102 - our own text, as a reader would run it
    return printed.getvalue()


class Prefixed:
    """A client whose paths are below /v1."""

    def __init__(self, client: TestClient) -> None:
        """Take the client to ask with."""
        self.client = client

    def get(self, path: str, params: dict[str, str]) -> object:
        """Return the response of a GET."""
        return self.client.get(f"/v1{path}", params=params)


def run(database: Path, block: str) -> None:
    """Run the command of a block, and compare its output with the shown one, in which `…` stands for anything."""
    command, _, shown = block.partition("\n")
    *words, file = command.removeprefix("$ .venv/bin/dateline ").split()
    printed = seed(database, *words, str(database.parent / file)).replace(f"{database.parent}/", "")
    at = 0
    for fragment in shown.rstrip("\n").split("…"):
        assert fragment.strip() in printed[at:]
        at = printed.index(fragment.strip(), at) + len(fragment.strip())


def test_the_tutorial_has_all_kinds_of_pieces() -> None:
    kinds = [language for language, _ in BLOCKS]
    assert {kind: kinds.count(kind) for kind in kinds} == {"python": 5, "text": 4, "markdown": 1, "console": 2}
