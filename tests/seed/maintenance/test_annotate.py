"""Lines of texts -> lines of mentions and statements."""

import json

import pytest

from seed.maintenance.annotate import annotated
from seed.records import Origin, Refusal
from tests.seed.loading import RESOURCES

TEXT = "The Vellandian Navy left Twin Quay. “We sail at dawn,” Admiral Ada Byrne said."


def results(*lines: bytes) -> list[dict[str, object] | Refusal]:
    """Return what is found in lines."""
    return list(annotated(lines, "texts.jsonl", RESOURCES.annotator, RESOURCES.lexicon))


def test_mentions_and_statements_of_a_text() -> None:
    """Known entities with name and Wikidata id, found ones with their name, ambiguous ones with none."""
    line = json.dumps({"id": 7, "text": TEXT, "url": "further fields are ignored"}).encode()
    (found,) = results(line)
    assert isinstance(found, dict)
    mentions, statements = found["mentions"], found["statements"]
    assert isinstance(mentions, list)
    assert isinstance(statements, list)
    assert list(found) == ["id", "mentions", "statements"]
    assert found["id"] == 7
    assert all(TEXT[mention["start"] : mention["end"]] == mention["text"] for mention in mentions)
    byrne = next(mention["entity"] for mention in mentions if mention["text"] == "Ada Byrne")
    assert [(m["text"], m["type"], m["entity"], m["name"], m["wikidata"]) for m in mentions] == [
        ("Vellandian Navy", "organization", "vellandian-navy", "Vellandian Navy", None),
        ("Twin Quay", "place", None, None, None),
        ("Ada Byrne", "person", byrne, "Ada Byrne", None),
    ]
    assert [list(mention) for mention in mentions] == [
        ["start", "end", "text", "type", "kind", "entity", "name", "wikidata", "rule", "confidence"]
    ] * 3
    assert statements == [
        {
            "start": TEXT.index("We"),
            "end": TEXT.index("”"),
            "kind": "quotation",
            "speaker": byrne,
            "speaker_name": statements[0]["speaker_name"],
            "cue": "said",
        }
    ]


def test_a_wikidata_id_is_given() -> None:
    """Where the lexicon has one."""
    (found,) = results(b'{"id": "a", "text": "Vellandia"}')
    assert isinstance(found, dict)
    assert [m["wikidata"] for m in found["mentions"]] == ["Q990000003"]  # type: ignore[attr-defined] # a list of objects


def test_blank_lines_are_passed_over() -> None:
    """And still counted; a text may be empty."""
    found = results(b"\n", b'{"id": "a", "text": ""}\n', b"  \n", b"[]\n")
    assert found[0] == {"id": "a", "mentions": [], "statements": []}
    assert found[1] == Refusal(
        Origin("texts.jsonl", 4), "the line is a JSON list; wanted is an object with an id and a text"
    )


BAD = {
    b"word": "the line is no JSON (Expecting value: line 1 column 1 (char 0)); wanted is an object with id and text",
    b'{"id": "a"}': "the line is an object with id 'a' and a text of type NoneType; wanted is an object with an id and "
    "a text",
    b'{"text": "a"}': "the line is an object with id None and a text of type str; wanted is an object with an id and a "
    "text",
    b'{"id": "a", "text": ["b"]}': "the line is an object with id 'a' and a text of type list; wanted is an object "
    "with an id and a text",
    b'"text"': "the line is a JSON str; wanted is an object with an id and a text",
    b'{"id": "a", "text": "\\ud83d"}': "the line has half of a surrogate pair; wanted is text in whole characters",
    b'{"id": "\\udc00", "text": ""}': "the line has half of a surrogate pair; wanted is text in whole characters",
}


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_is_refused(line: bytes) -> None:
    """By number, with what was wanted."""
    assert results(b'{"id": 1, "text": ""}', line)[1] == Refusal(Origin("texts.jsonl", 2), BAD[line])


@pytest.mark.parametrize("line", [b'{"id": "a", "text": "\xff"}', b"[" * 200_000, b'{"id": ' + b"9" * 5000 + b"}"])
def test_a_hostile_line_is_refused(line: bytes) -> None:
    """Bytes that are no UTF-8, depths and numbers that no parser takes; the wording is Python's."""
    (found,) = results(line)
    assert isinstance(found, Refusal)
    assert found.reason.startswith("the line is no JSON (")
