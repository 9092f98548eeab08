"""The recipe for an entity type in CONTRIBUTING.md, followed in a copy of the code: a line and a file are enough."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seed.extract.lexicon.lexicon import entity_files
from tests.conftest import ROOT

RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## How to add")[2].partition("\n## ")[0]

NEW_MEMBER = '    VEHICLE = "vehicle", "a vehicle", "vehicles", "weapon", "Vehicle"\n'

LEXICON = """
- id: grey-truck
  name: Grey Truck
"""

RECORD = {"title": "The Grey Truck", "source": "Gazette", "text": "The Grey Truck stood at the quay.", "id": "truck"}

QUESTIONS = {
    "/v1/articles?weapon=grey-truck&facet=weapon": '"grey-truck"',
    "/v1/articles?weapon=grey-truck": '"type":"vehicle"',
    "/v1/entities?type=vehicle": '"grey-truck"',
    "/v1/suggest?prefix=gre&type=vehicle": '"grey-truck"',
    "/v1/statements?about=grey-truck": '"total":0',
    "/v1/articles?actor=grey-truck": "is a vehicle: use weapon=grey-truck",
    "/v1/articles/{id}.jsonld": '"@type":"Vehicle"',
}
"""Requests, and what their responses contain."""

LOAD_AND_ASK = """
import json, sys
from starlette.testclient import TestClient
from app.main import create_app
from seed.cli.program import app
app(["load", "--quiet", sys.argv[2]], standalone_mode=False)
with TestClient(create_app()) as client:
    (item,) = client.get("/v1/articles").json()["items"]
    print(json.dumps([client.get(url.replace("{id}", item["id"])).text for url in json.loads(sys.argv[1])]))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the code with its compiled files and without the entities that ship, so that it starts fast."""
    for folder in ("app", "seed", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for path in entity_files(tmp_path / "seed" / "lexicon"):
        path.write_text("[]\n", encoding="utf-8")
    return tmp_path


def run(checkout: Path, *arguments: str) -> str:
    """Run Python in a checkout, with a database in it."""
    environment = {**os.environ, "DATELINE_DATABASE_URL": f"sqlite:///{checkout}/dateline.db"}
    command = [sys.executable, "-W", "ignore", *arguments]
    result = subprocess.run(
        command, cwd=checkout, env=environment, check=False, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.unmeasured
def test_an_entity_type_takes_one_line_and_one_file(checkout: Path) -> None:
    models = checkout / "app" / "models.py"
    code = models.read_text(encoding="utf-8")
    last_member = re.search(r"^    WEAPON = .*\n", code, re.MULTILINE)
    assert last_member
    models.write_text(code.replace(last_member[0], last_member[0] + NEW_MEMBER), encoding="utf-8")
    (checkout / "seed" / "lexicon" / "vehicles.yaml").write_text(LEXICON, encoding="utf-8")
    lines = checkout / "records.jsonl"
    lines.write_text(json.dumps(RECORD), encoding="utf-8")
    responses = json.loads(run(checkout, "-c", LOAD_AND_ASK, json.dumps(list(QUESTIONS)), str(lines)))
    for (url, wanted), response in zip(QUESTIONS.items(), responses, strict=True):
        assert wanted in response, (url, response)


@pytest.mark.parametrize(
    "name", ["endpoint", "filter of articles, with a facet", "field of an article", "entity type", "reader", "command"]
)
def test_there_is_a_recipe(name: str) -> None:
    """A test of the documentation checks that every path in it exists."""
    assert re.search(rf"^\*\*An? {name}\.\*\*", RECIPES, re.MULTILINE)
