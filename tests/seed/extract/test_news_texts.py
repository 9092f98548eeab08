"""Reports of ordinary news that we wrote and annotated by hand: who says each whole quotation, and who is named."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from seed.extract import Annotator

PATH = Path(__file__).with_name("news_texts.yaml")
REPORTS = yaml.safe_load(PATH.read_text(encoding="utf-8"))


def text_of(report: dict[str, Any]) -> str:
    return "\n\n".join(" ".join(paragraph.split("\n")) for paragraph in report["text"].strip().split("\n\n"))


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["said"][0][1])
def test_each_whole_quotation_has_its_speaker(shipped_annotator: Annotator, report: dict[str, Any]) -> None:
    text = text_of(report)
    statements = shipped_annotator.annotate(title=None, text=text).statements
    said = [(text[s.start : s.end], s.speaker_name) for s in statements if s.kind == "quotation"]
    assert [
        (words[: len(first)], speaker) for (words, speaker), (first, _) in zip(said, report["said"], strict=True)
    ] == [tuple(item) for item in report["said"]]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["said"][0][1])
def test_each_person_is_found(shipped_annotator: Annotator, report: dict[str, Any]) -> None:
    mentions = shipped_annotator.annotate(title=None, text=text_of(report)).mentions
    people = dict.fromkeys(mention.entity for mention in mentions if mention.type == "person")
    first = [next(m.text for m in mentions if m.entity == entity) for entity in people]
    assert sorted(first) == sorted(report["people"])
