"""JSON arrays and single objects."""

import json
from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.records import RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

RECORD = {"title": "Ferry", "source": "Gazette", "text": 'A “text”.\\ "x" 🛥'}


def test_an_array_is_read_in_order(reading: Reading) -> None:
    records = [{**RECORD, "title": str(number), "text": "x" * 70_000} for number in range(30)]
    for indent, encoding in ((None, "utf-8"), (2, "utf-8-sig"), (4, "utf-16")):
        found = reading("a.json", json.dumps(records, indent=indent, ensure_ascii=False).encode(encoding))
        assert [(item.origin.line, item.title) for item in found if isinstance(item, RawArticle)] == [
            (number + 1, str(number)) for number in range(30)
        ]


@pytest.mark.parametrize("content", [json.dumps(RECORD, indent=2), json.dumps(RECORD), json.dumps([RECORD])])
@pytest.mark.parametrize("name", ["a.json", "a"])
def test_one_object(reading: Reading, content: str, name: str) -> None:
    assert only_article(reading(name, content)).text == RECORD["text"]


def test_the_response_of_an_api(reading: Reading) -> None:
    answer = {"status": "ok", "total": 2, "articles": [RECORD, {**RECORD, "title": "Tide"}]}
    found = reading("a.json", json.dumps(answer, indent=1))
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["Ferry", "Tide"]


@pytest.mark.parametrize("content", ["[]", " [ ] \n", '{"articles":\n[]}'])
def test_nothing_in_it(reading: Reading, content: str) -> None:
    assert reading("a.json", content) == []


def test_an_object_that_holds_no_list_is_one_record(reading: Reading) -> None:
    assert only_reason(reading("a.json", '{\n"status": 7}')).startswith("an unknown field is 'status'")
    assert only_reason(reading("a.json", "7", format="json")).startswith("the item is 7: expected a JSON object")


def test_a_bad_item_is_skipped(reading: Reading) -> None:
    found = reading("a.json", json.dumps([RECORD, 7, {"title": "x"}, RECORD]))
    assert [(item.origin.line, isinstance(item, Refusal)) for item in found] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "invalid JSON (Expecting value)"),
        ("[", "invalid JSON (Expecting value)"),
        ("[1", "no ',' or ']' after an item"),
        ("[{} {}]", "an unknown"),
        ("[{},]", "invalid JSON"),
        ("[] x", "more text after the JSON"),
        ('{"title": "x"\n} {}', "more text after the JSON"),
        ('["x', "invalid JSON (Unterminated string"),
        ('[{"a": 1, "a": 2}]', "a duplicate field is 'a'"),
        ("[NaN]", "a number is 'NaN'"),
        ("[" * 100_000, "the JSON is nested too deeply"),
        ('{"a":' * 100_000, "the JSON is nested too deeply"),
        (b'[{"title": "\xff"}]', "byte 0xff is not UTF-8"),
    ],
)
def test_invalid_json_ends_the_reading(reading: Reading, content: str | bytes, reason: str) -> None:
    last = reading("a.json", content)[-1]
    assert isinstance(last, Refusal)
    if not reason.startswith("an unknown"):
        assert last.reason.startswith(reason)


@pytest.mark.parametrize(
    "content", ['["' + "x" * (3 * MAX_RECORD_BYTES), "[" + "1" * 100, '[{"a": "' + "é" * MAX_RECORD_BYTES]
)
def test_an_item_without_end_is_bounded(reading: Reading, content: str) -> None:
    assert isinstance(reading("a.json", content)[-1], Refusal)


def test_broken_json_is_reported_immediately(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[{" + '"a" 1, ' * 2_000_000)
    (refusal,) = read_paths([path], overrides=Overrides())
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("invalid JSON (Expecting ':' delimiter)")


@pytest.mark.unmeasured
def test_a_record_of_too_many_parts_is_refused(reading: Reading) -> None:
    """It is refused before it takes a hundred times its size in memory."""
    good = '{"title": "Ferry", "source": "G", "text": "A."}'
    found = reading("a.json", f'[{good}, {{"title": [{"{}," * 1_000_000}{{}}]}}]')
    assert isinstance(found[0], RawArticle)
    assert str(found[1]).endswith(
        "reason='the JSON has too many nodes: expected at most 200000 lists, objects and strings')"
    )
    assert len(found) == 2
    long = good.replace("A.", "A" * 900_000)
    assert len(reading("a.json", f"[{long}, {long}]")) == 2
