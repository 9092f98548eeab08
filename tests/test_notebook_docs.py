"""docs/how-to/analyse-in-a-notebook.md prints what it says; `make check-tables` also runs the cell with pandas."""

import re
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import ROOT, app_for

PAGE = (ROOT / "docs" / "how-to" / "analyse-in-a-notebook.md").read_text(encoding="utf-8")
CELLS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
CLIENT = 'httpx.Client(base_url="http://127.0.0.1:8000")'


@pytest.fixture(scope="module")
def shipped(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of the shipped collection."""
    database = Path(shutil.copy(initialized, tmp_path_factory.mktemp("notebook") / "dateline.db"))
    with TestClient(app_for(database)) as client:
        yield client


@pytest.mark.unmeasured
def test_each_cell_prints_what_is_shown(shipped: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order, as a reader runs them; the files that they write are in a folder of the test."""
    monkeypatch.chdir(tmp_path)
    assert CELLS[0][0].count(CLIENT) == 1
    names: dict[str, object] = {"shipped": shipped}
    for cell, shown in CELLS:
        with redirect_stdout(StringIO()) as printed:
            exec(cell.replace(CLIENT, "shipped"), names)  # noqa: S102 - our own text
        assert printed.getvalue() == shown, cell
    assert names["edges"]
    assert (tmp_path / "articles.xlsx").stat().st_size > 0


def test_only_the_cell_with_pandas_is_not_run() -> None:
    """It comes last; the project does not install pandas."""
    cells = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert [cell for cell in cells if "pandas" in cell] == cells[len(CELLS) :] == cells[-1:]
