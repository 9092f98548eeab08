"""Reconcile names with the real OpenRefine: `python -m tests.openrefine.check URL`, with the shipped collection there.

It starts OpenRefine (Debian's package) on the loopback interface, matches the names of names.csv, adds properties of
the matched entities as columns, and compares both with what is expected. Then it matches people of single articles with
entities, and lets `dateline correct from openrefine` merge them in another installation.
"""

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

NAMES = Path(__file__).with_name("names.csv")

PATIENCE = 120
"""Seconds for OpenRefine to start, or to end an operation."""

PROPERTIES = ("type", "wikidata", "articles", "country")
"""The properties that are added as columns."""

MIN_MATCHED = 0.9
"""The least share of known names that OpenRefine has to match by itself."""

ARTICLE = {
    "source": "harbour-gazette",
    "title": "Guests",
    "text": "Mr Wladimir Putin met Mr Baschar al-Assad in the harbour. Mr Sergej Schoigu said that the ferry was late.",
}
LOCAL = (
    ("wladimir-putin--", "Vladimir Putin", "vladimir-putin"),
    ("baschar-assad--", "Bashar al-Assad", "bashar-al-assad"),
    ("sergej-schoigu--", "Sergei Shoigu", "sergei-shoigu"),
)
"""The ids of the people of the article, whose spellings the lexicon lacks; their usual names, and who they are."""

Json = dict[str, Any]


class OpenRefine:
    """The commands of a running OpenRefine."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/command/core/"

    def get(self, command: str, **parameters: object) -> Json:
        """Return the answer to a command that only reads."""
        with urlopen(f"{self._base}{command}?{urlencode(parameters)}", timeout=30) as response:
            answer: Json = json.load(response)
        return answer

    def create(self, name: str, table: str) -> str:
        """Create a project of a CSV; return its id."""
        boundary = "boundary-of-a-form"
        fields = {
            "project-name": name,
            "format": "text/line-based/*sv",
            "options": '{"separator": ",", "encoding": "UTF-8"}',
        }
        parts = [f'name="{field}"\r\n\r\n{value}' for field, value in fields.items()]
        parts.append(f'name="project-file"; filename="{name}.csv"\r\nContent-Type: text/csv\r\n\r\n{table}')
        body = (
            "".join(f"--{boundary}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
            + f"--{boundary}--\r\n"
        )
        url = f"{self._base}create-project-from-upload?{urlencode({'csrf_token': self._token()})}"
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        with urlopen(Request(url, body.encode(), headers), timeout=30) as response:
            return str(response.url).rpartition("project=")[2]

    def apply(self, project: str, operation: Json) -> None:
        """Apply an operation and wait for its end."""
        fields = {"operations": json.dumps([operation]), "csrf_token": self._token()}
        url = f"{self._base}apply-operations?{urlencode({'project': project})}"
        with urlopen(Request(url, urlencode(fields).encode()), timeout=30) as response:
            answer = json.load(response)
        if answer["code"] not in {"ok", "pending"}:
            raise RuntimeError(f"OpenRefine refused {operation['op']}: {answer}")
        deadline = time.monotonic() + PATIENCE
        while self.get("get-processes", project=project)["processes"]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"OpenRefine did not end {operation['op']}")
            time.sleep(0.2)

    def export(self, project: str, engine: Json) -> bytes:
        """Return the table of a project as CSV."""
        fields = {"project": project, "format": "csv", "engine": json.dumps(engine)}
        with urlopen(Request(f"{self._base}export-rows/table.csv", urlencode(fields).encode()), timeout=30) as response:
            table: bytes = response.read()
        return table

    def _token(self) -> str:
        return str(self.get("get-csrf-token")["token"])


@contextmanager
def openrefine() -> Iterator[OpenRefine]:
    """Run OpenRefine in an empty folder."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = ["openrefine", "-i", "127.0.0.1", "-p", str(port), "-d", folder, "-x", "refine.headless=true"]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                refine = OpenRefine(port)
                _wait(refine, process)
                yield refine
            finally:
                subprocess.run(["pkill", "-TERM", "-s", str(process.pid)], check=False)
                process.wait(30)


def _wait(refine: OpenRefine, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            refine.get("get-version")
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.5)
        else:
            return


def main(url: str) -> int:
    """Return the number of failures."""
    service = f"{url}/v1/reconcile"
    with urlopen(service, timeout=30) as response:
        manifest = json.load(response)
    spaces = {name: manifest[name] for name in ("identifierSpace", "schemaSpace")}
    engine = {"facets": [], "mode": "row-based"}
    names = list(csv.DictReader(NAMES.open(encoding="utf-8")))
    table = "name\n" + "".join(f'"{row["name"]}"\n' for row in names)
    with openrefine() as refine:
        project = refine.create("names", table)
        config = {
            "mode": "standard-service",
            "service": service,
            **spaces,
            "autoMatch": True,
            "columnDetails": [],
            "limit": 0,
        }
        refine.apply(project, {"op": "core/recon", "columnName": "name", "config": config, "engineConfig": engine})
        matched = _matched(refine, project)
        extension = {"properties": [{"id": name, "name": name} for name in PROPERTIES]}
        places = {"baseColumnName": "name", "columnInsertIndex": 1, "endpoint": service, **spaces}
        operation = {"op": "core/extend-reconciled-data", **places, "extension": extension, "engineConfig": engine}
        refine.apply(project, operation)
        columns = [column["name"] for column in refine.get("get-models", project=project)["columnModel"]["columns"]]
        rows = refine.get("get-rows", project=project, start=0, limit=500)["rows"]
        choices = _chosen(refine, config, engine)
    return _report(names, matched, columns, rows) + _apply(choices)


def _chosen(refine: OpenRefine, config: Json, engine: Json) -> bytes:
    """Return the table of local ids and the ids that OpenRefine matched by the names beside them, as it exports it."""
    project = refine.create("local", "id,name\n" + "".join(f"{id_},{name}\n" for id_, name, _ in LOCAL))
    refine.apply(project, {"op": "core/recon", "columnName": "name", "config": config, "engineConfig": engine})
    column = {"baseColumnName": "name", "newColumnName": "chosen id", "columnInsertIndex": 2, "onError": "set-to-blank"}
    expression = {"expression": "grel:cell.recon.match.id", "engineConfig": engine}
    refine.apply(project, {"op": "core/column-addition", **column, **expression})
    refine.apply(project, {"op": "core/column-removal", "columnName": "name"})
    return refine.export(project, engine)


def _apply(choices: bytes) -> int:
    """Correct a new installation by a table of choices; return the number of failures."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "choices.csv")
        table.write_bytes(choices)
        Path(folder, "articles.jsonl").write_text(json.dumps(ARTICLE), encoding="utf-8")
        environment = {**os.environ, "DATELINE_DATABASE_URL": f"sqlite:///{folder}/dateline.db"}
        for command in (["init"], ["load", f"{folder}/articles.jsonl"], ["correct", "from", "openrefine", str(table)]):
            subprocess.run([sys.executable, "-m", "seed", *command], env=environment, check=True)
        listed = subprocess.run(
            [sys.executable, "-m", "seed", "correct", "list", "--json"],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    corrections = [json.loads(line)["correction"] for line in listed.splitlines()]
    merged = [(one["do"], one["from"], one["into"]) for one in corrections]
    print(f"merged: {merged}")  # noqa: T201
    return merged != [("merge", id_, chosen) for id_, _, chosen in LOCAL]


def _matched(refine: OpenRefine, project: str) -> list[str]:
    """Return the id with which each row was matched, empty for none."""
    answer = refine.get("get-rows", project=project, start=0, limit=500)
    recons = answer.get("pool", {}).get("recons", {})
    cells = [row["cells"][0] for row in answer["rows"]]
    matches = [recons.get(str(cell.get("r")), cell.get("r")) or {} for cell in cells]
    return [(recon.get("m") or {}).get("id", "") if recon.get("j") == "matched" else "" for recon in matches]


def _report(names: list[dict[str, str]], matched: list[str], columns: list[str], rows: list[Json]) -> int:
    known = [(row, id_) for row, id_ in zip(names, matched, strict=True) if row["expected"]]
    foreign = [row["name"] for row, id_ in zip(names, matched, strict=True) if not row["expected"] and id_]
    wrong = [(row["name"], id_) for row, id_ in known if id_ not in {"", row["expected"]}]
    right = sum(id_ == row["expected"] for row, id_ in known)
    putin = {name: (cell or {}).get("v") for name, cell in zip(columns, rows[0]["cells"], strict=False)}
    print(f"{right} of {len(known)} matched right, wrong: {wrong}, foreign ones matched: {foreign}")  # noqa: T201
    print(f"columns of the first name: {putin}")  # noqa: T201
    is_extended = list(putin.values()) == ["Vladimir Putin", "person", "Q7747", 5, "Russia"]
    return (right < MIN_MATCHED * len(known)) + len(wrong) + len(foreign) + (not is_extended)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
