"""Annotating JSON Lines of texts."""

import json

import pytest

from seed.extract.annotator import Annotator
from seed.maintenance.annotate import annotate_lines
from seed.records import Annotation, Origin, Refusal
from tests.seed.loading import LEXICON, RESOURCES

TEXT = "The Vellandian Navy left Twin Quay. “We sail at dawn,” Admiral Ada Byrne said."


def results(*lines: bytes) -> list[dict[str, object] | Refusal]:
    """Return the annotations and refusals of lines."""
    return list(annotate_lines(lines, "texts.jsonl", RESOURCES.annotator, RESOURCES.lexicon))


def test_mentions_and_statements_of_a_text() -> None:
    """Known entities have name and Wikidata id, local ones their name, ambiguous ones neither."""
    line = json.dumps({"id": 7, "text": TEXT, "url": "further fields are ignored"}).encode()
    (result,) = results(line)
    assert isinstance(result, dict)
    mentions, statements = result["mentions"], result["statements"]
    assert isinstance(mentions, list)
    assert isinstance(statements, list)
    assert list(result) == ["id", "mentions", "links", "statements"]
    assert result["id"] == 7
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


def test_mentions_have_wikidata_ids() -> None:
    """Where the lexicon has one."""
    (result,) = results(b'{"id": "a", "text": "Vellandia"}')
    assert isinstance(result, dict)
    assert [m["wikidata"] for m in result["mentions"]] == ["Q990000003"]  # type: ignore[attr-defined] # a list of objects


def test_blank_lines_are_skipped() -> None:
    """But still counted; a text may be empty."""
    first, second = results(b"\n", b'{"id": "a", "text": ""}\n', b"  \n", b"[]\n")
    assert first == {"id": "a", "mentions": [], "links": [], "statements": []}
    assert second == Refusal(
        Origin("texts.jsonl", 4), "the line is a JSON list: expected an object with an id and a text"
    )


BAD = {
    b"word": "the line is not JSON (Expecting value: line 1 column 1 (char 0)): expected an object with an id and "
    "a text",
    b'{"id": "a"}': "the line is an object with id 'a' and a text of type NoneType: expected an object with an id and "
    "a text",
    b'{"text": "a"}': "the line is an object with id None and a text of type str: expected an object with an id and a "
    "text",
    b'{"id": "a", "text": ["b"]}': "the line is an object with id 'a' and a text of type list: expected an object "
    "with an id and a text",
    b'"text"': "the line is a JSON str: expected an object with an id and a text",
    b'{"id": "a", "text": "\\ud83d"}': "the line has an unpaired surrogate: expected text in whole characters",
    b'{"id": "\\udc00", "text": ""}': "the line has an unpaired surrogate: expected text in whole characters",
}


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_is_refused(line: bytes) -> None:
    """By line number, with what was expected."""
    assert results(b'{"id": 1, "text": ""}', line)[1] == Refusal(Origin("texts.jsonl", 2), BAD[line])


@pytest.mark.parametrize("line", [b'{"id": "a", "text": "\xff"}', b"[" * 200_000, b'{"id": ' + b"9" * 5000 + b"}"])
def test_a_hostile_line_is_refused(line: bytes) -> None:
    """Bytes that are not UTF-8, and depths and numbers beyond the parser's limits; the wording is Python's."""
    (result,) = results(line)
    assert isinstance(result, Refusal)
    assert result.reason.startswith("the line is not JSON (")


class FaultyAnnotator(Annotator):
    """Fails for every text."""

    def annotate(self, *, title: str | None, text: str, outlet: str | None = None) -> Annotation:
        raise IndexError(text)


def test_a_text_that_cannot_be_annotated_is_refused() -> None:
    lines = [b'{"id": 1, "text": "Amsel"}']
    refused = list(annotate_lines(lines, "texts.jsonl", FaultyAnnotator(LEXICON), LEXICON))
    reason = "could not be annotated (IndexError: Amsel); please report this"
    assert refused == [Refusal(Origin("texts.jsonl", 1), reason)]
