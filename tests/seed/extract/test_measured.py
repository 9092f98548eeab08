"""The scores on the annotated documents do not fall below the minimum. Skipped without those documents."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from seed.extract import Annotator

MEASURE = Path(__file__).resolve().parents[4] / "shared" / "eval"
LEAST = {"strict": 83.5, "relaxed": 87.5}


def test_mentions_reach_the_minimum_scores(shipped_annotator: Annotator, tmp_path: Path) -> None:
    gold = MEASURE / "re3d_dev.jsonl"
    if not gold.is_file():
        pytest.skip("the annotated documents are not here")
    lines = []
    for row in map(json.loads, gold.read_text(encoding="utf-8").splitlines()):
        mentions = shipped_annotator.annotate(title=None, text=row["text"]).mentions
        spans = [{"start": m.start, "end": m.end, "type": m.type, "kind": m.kind} for m in mentions]
        lines.append(json.dumps({"id": row["id"], "mentions": spans}))
    predictions = tmp_path / "predictions.jsonl"
    predictions.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(MEASURE / "score_mentions.py"), str(gold), str(predictions)]
    table = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    strict, relaxed = map(float, re.findall(r"F1 +([0-9.]+)", table.splitlines()[-1]))
    assert strict >= LEAST["strict"]
    assert relaxed >= LEAST["relaxed"]
