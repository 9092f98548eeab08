"""Exports as Parquet, where pyarrow is installed and where it is not."""

import io
import json
from importlib.util import find_spec

import pytest
from starlette.testclient import TestClient

from tests.contract.shelf import parse_ndjson
from tests.contract.test_refusals import assert_problem


@pytest.mark.unmeasured
def test_a_server_without_the_package_says_so(reader: TestClient) -> None:
    """Wrong parameters are refused all the same, and the path is documented."""
    response = reader.get("/v1/articles.parquet")
    if find_spec("pyarrow") is None:
        assert_problem(response, 501)
    else:
        assert (response.status_code, response.content[:4]) == (200, b"PAR1")
    assert_problem(reader.get("/v1/articles.parquet?fields=titel"), 422)
    assert "501" in reader.get("/openapi.json").json()["paths"]["/v1/network.parquet"]["get"]["responses"]


@pytest.mark.parametrize("view", ["articles", "statements", "entities", "sources", "timeline", "compare", "network"])
def test_pyarrow_reads_what_the_json_has(reader: TestClient, view: str) -> None:
    """With the types of the columns, where pyarrow is installed."""
    table = pytest.importorskip("pyarrow.parquet").read_table(io.BytesIO(reader.get(f"/v1/{view}.parquet").content))
    rows, lines = table.to_pylist(), parse_ndjson(reader.get(f"/v1/{view}.ndjson").content)
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        common = [name for name in row if name in line and not isinstance(line[name], list | dict)]
        assert json.loads(json.dumps({name: row[name] for name in common}, default=str)) == {
            name: line[name] for name in common
        }
