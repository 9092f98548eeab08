"""`dateline mcp`: messages on standard input and output, and what it says when it cannot serve."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from typer.testing import CliRunner

from seed.cli.program import app as program
from tests.conftest import ROOT
from tests.databases import url_of

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def test_each_line_of_the_input_is_answered_with_a_line(initialized: Path) -> None:
    """The end of the input ends the program; a call that takes longer would be cancelled then."""
    message = {"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": {"_meta": META}}
    environment = {"DATELINE_DATABASE_URL": url_of(initialized)}
    result = CliRunner().invoke(program, ["mcp"], input=json.dumps(message) + "\n", env=environment)
    assert (result.exit_code, result.stderr) == (0, "")
    (answer,) = map(json.loads, result.stdout.splitlines())
    assert (answer["id"], len(answer["result"]["tools"])) == (7, 7)


@pytest.mark.unmeasured
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_official_client_starts_the_program(initialized: Path, mode: str) -> None:
    """Hosts that a server may be reached by do not matter here."""
    own = {"DATELINE_DATABASE_URL": url_of(initialized), "DATELINE_ALLOWED_HOSTS": "news.example"}
    environment = {**os.environ, **own, "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(command=sys.executable, args=["-m", "seed", "mcp"], env=environment)

    async def use() -> tuple[int, str]:
        async with Client(server, mode=mode) as client:
            tools = await client.list_tools()
            result = await client.call_tool("search_articles", {"actor": "Putin", "limit": 1})
            return len(tools.tools), result.structured_content["permalink"]

    assert asyncio.run(use()) == (7, "http://127.0.0.1:8000/?actor=Putin")


def test_a_database_without_articles_is_refused(database: Path, tmp_path: Path) -> None:
    for file in (database, tmp_path / "missing.db"):
        result = CliRunner().invoke(program, ["mcp"], env={"DATELINE_DATABASE_URL": f"sqlite:///{file}"})
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"The database '{file}' has no articles." in result.stderr
    assert not (tmp_path / "missing.db").exists()
