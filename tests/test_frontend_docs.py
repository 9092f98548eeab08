"""docs/how-to/build-a-frontend.md: its TypeScript examples are the checked ones, and the Python example runs."""

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import ROOT, app_for

GUIDE = (ROOT / "docs" / "how-to" / "build-a-frontend.md").read_text(encoding="utf-8")
TYPESCRIPT = sorted((ROOT / "tests" / "client").glob("*.ts"))


@pytest.fixture
def shipped(shipped_database: Path) -> Iterator[TestClient]:
    """Yield a client of the shipped collection."""
    with TestClient(app_for(shipped_database)) as client:
        yield client


@pytest.mark.parametrize("path", TYPESCRIPT, ids=lambda path: path.name)
def test_the_shown_client_is_the_checked_one(path: Path) -> None:
    """`make check-client` checks the types of these files."""
    assert f"```ts\n{path.read_text(encoding='utf-8')}```" in GUIDE


def test_every_shown_client_is_checked() -> None:
    assert GUIDE.count("```ts\n") == len(TYPESCRIPT) == 5


@pytest.mark.unmeasured
def test_the_notebook_runs(shipped: TestClient) -> None:
    """All but the drawing, which needs a library that the project does not install."""
    (notebook,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    cells = notebook.partition("# %% Draw")[0].replace('httpx.Client(base_url="http://127.0.0.1:8000")', "shipped")
    names: dict[str, object] = {"shipped": shipped}
    with redirect_stdout(StringIO()) as printed:
        exec(cells, names)  # noqa: S102 - our own text, as a reader would run it
    assert printed.getvalue().startswith("5 articles; dates not stated in the text:\n2015-10-07 Russian Warships")
    assert names["weeks"]
