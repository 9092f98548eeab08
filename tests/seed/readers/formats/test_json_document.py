"""JSON arrays and single objects."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.context import ReaderContext
from seed.readers.fields.wrappers import MAX_WRAPPER_DEPTH, ArticleFinder
from seed.readers.formats.json_document import read_values
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.readers.input.json_extras import is_extra
from seed.readers.input.json_values import JsonText
from seed.readers.outlets import Sources
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


def test_articles_by_url_keep_it(reading: Reading) -> None:
    record = {**RECORD, "url": "https://gazette.example/own"}
    document = {"https://gazette.example/1": RECORD, "https://gazette.example/2": record, "third": RECORD}
    found = reading("a.json", json.dumps(document))
    assert [item.url for item in found if isinstance(item, RawArticle)] == [
        "https://gazette.example/1",
        record["url"],
        None,
    ]


def test_the_response_of_an_api(reading: Reading) -> None:
    answer = {"status": "ok", "total": 2, "articles": [RECORD, {**RECORD, "title": "Tide"}]}
    found = reading("a.json", json.dumps(answer, indent=1))
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["Ferry", "Tide"]


@pytest.mark.parametrize("content", ["[]", " [ ] \n", '{"articles":\n[]}', '{"response": {"total": 0, "results": []}}'])
def test_nothing_in_it(reading: Reading, content: str) -> None:
    assert reading("a.json", content) == []


def test_an_object_that_holds_no_list_is_one_record(reading: Reading) -> None:
    assert only_reason(reading("a.json", '{\n"status": 7}')) == (
        "title is None: expected a value; this field is required: --map title=KEY names its key (unused: status)"
    )
    assert only_reason(reading("a.json", '{\n"status": 7}', strict=True)).startswith("an unknown field is 'status'")
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
        ("", "the file is empty"),
        ("[", "invalid JSON (Expecting value)"),
        ("[1", "no ',' or ']' after an item"),
        ("[{} 7]", "no ',' or ']' after an item"),
        ('{"articles": [{"title": "x", "text": "y"} 7]}', "no ',' or ']' after an item"),
        ("[{},]", "title is None"),
        ("[{},,]", "invalid JSON"),
        ("[] x", "more text after the JSON"),
        ('{"title": "x"\n} x', "more text after the JSON"),
        ('{"a" 1}', "invalid JSON (Expecting ':' delimiter) at line 1, column 6"),
        ('{"articles": [1], x}', "invalid JSON (Expecting property name enclosed in double quotes)"),
        ('{"title": "x", "text": "y" "url"}', "invalid JSON (Expecting ',' delimiter) at line 1, column 28"),
        ('["x', "invalid JSON (Unterminated string"),
        ('[{"a": 1, "a": 2}]', "a duplicate field is 'a'"),
        ("[NaN]", "the item is None: expected a JSON object"),
        ("[" * 100_000, "the JSON is nested too deeply"),
        ('{"a":' * 100_000, "the JSON is nested too deeply"),
        (b'[{"title": "\xff"}]', "byte 0xff is not UTF-8"),
    ],
)
def test_invalid_json_ends_the_reading(reading: Reading, content: str | bytes, reason: str) -> None:
    last = reading("a.json", content)[-1]
    assert isinstance(last, Refusal)
    assert last.reason.startswith(reason)


BAD = [
    '{"title": "Bad \\- escape", "source": "G", "text": "A."}',
    '{"title": "A raw\nline", "source": "G", "text": "A."}',
    '{"title": "Twice", "title": "Twice", "source": "G", "text": "A."}',
    '{"title": "No colon" "source": {"name": "}]"}, "text": "A."}',
    b'{"title": "Bad byte \xff", "source": "G", "text": "A."}',
    '{"title": "Long", "source": "G", "text": "A.", "x": ' + "1" * 5_000 + "}",
    '{"title": "Many", "source": "G", "text": "A.", "x": [' + "[]," * 600_000 + "[]]}",
    '{"title": "Deep", "source": "G", "text": "A.", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "'title'",
    "tru",
]


@pytest.mark.unmeasured
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: str(bad)[:30])
@pytest.mark.parametrize("wrapper", ["[%s]", '{"status": "ok", "response": {"total": 3, "results": [%s], "n": [1]}}'])
def test_good_records_load_and_a_bad_one_is_named(reading: Reading, bad: str | bytes, wrapper: str) -> None:
    good = json.dumps(RECORD).encode()
    items = b",\n".join(
        (bad.encode() if isinstance(bad, str) else bad, good, bad if isinstance(bad, bytes) else b"7", good)
    )
    found = reading("a.json", wrapper.encode().replace(b"%s", items))
    assert [(item.origin.line, isinstance(item, Refusal)) for item in found] == [
        (1, True),
        (2, False),
        (3, True),
        (4, False),
    ]


def test_a_bad_record_is_named_with_line_and_column(reading: Reading) -> None:
    filler = "x" * 150_000
    lines = [json.dumps({**RECORD, "text": filler}) for _ in range(5)]
    lines[3] = lines[3].replace("Ferry", "Fe\\-rry")
    (reason,) = (item.reason for item in reading("a.json", "[" + ",\n".join(lines) + "]") if isinstance(item, Refusal))
    assert reason.startswith("invalid JSON (Invalid \\escape) at line 4, column 14: expected")
    (reason,) = (item.reason for item in reading("a.json", "[" + ", ".join(lines) + "]") if isinstance(item, Refusal))
    column = 1 + 3 * (len(lines[0]) + 2) + 14
    assert reason.startswith(f"invalid JSON (Invalid \\escape) at line 1, column {column}: expected")


@pytest.mark.parametrize(
    "content",
    [
        "{0}\n{1}\n{2}\n",
        "{0}{1}{2}",
        "{0},\n{1},\n{2},",
        "\x1e{0}\n\x1e{1}\n\x1e{2}\n",
        "\ufeff{0}\r\n\ufeff[{1}]\ufeff[{2}]",
        '[{0}]\n{{"articles": [{1} {2}]}}',
        '[{{"page": 1, "articles": [{0}, {1}]}}, {{"page": 2, "articles": [{2}]}}, {{"page": 3, "articles": []}}]',
    ],
)
def test_documents_one_after_another(reading: Reading, content: str) -> None:
    records = [json.dumps({**RECORD, "title": str(number)}, indent=1) for number in range(3)]
    found = reading("a.json", content.format(*records))
    assert [(item.origin.line, item.title) for item in found if isinstance(item, RawArticle)] == [
        (1, "0"),
        (2, "1"),
        (3, "2"),
    ]
    assert len(found) == 3


FERRY, TIDE = RECORD, {**RECORD, "title": "Tide"}
LINK = {"title": "Other", "url": "https://gazette.example/2"}

WRAPPERS: dict[str, dict[str, Any]] = {
    "articles": {"status": "ok", "articles": [FERRY, TIDE]},
    "response.results": {"response": {"status": "ok", "results": [FERRY, TIDE], "tags": [{"id": "sea"}]}},
    "a.b.c.d": {"a": {"b": {"c": {"d": [FERRY, TIDE]}}}},
    "anything": {"title": "A folder", "anything": [FERRY, TIDE], "related": [LINK, LINK]},
    "hits.hits[]._source": {
        "hits": {"total": 2, "hits": [{"_id": "1", "_source": FERRY}, {"_id": "2", "_source": TIDE}]}
    },
    "data.posts.edges[].node": {"data": {"posts": {"edges": [{"node": FERRY}, {"node": TIDE}]}}},
    "rows[].doc": {"total_rows": 2, "rows": [{"id": "a", "doc": FERRY}, {"id": "b", "doc": TIDE}]},
    "pages[].items": {"pages": [{"number": 1, "items": [FERRY]}, {"number": 2, "items": [TIDE]}]},
    "*": {"https://gazette.example/1": FERRY, "https://gazette.example/2": TIDE},
    "posts.*": {"posts": {"-L1": FERRY, "-L2": TIDE}, "tags": {"sea": True}},
}


@pytest.mark.parametrize("path", WRAPPERS)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_wrapper_holds_articles(reading: Reading, path: str, name: str) -> None:
    content = json.dumps(WRAPPERS[path])
    if name == "a.jsonl" and "title" in WRAPPERS[path]:
        assert only_reason(reading(name, content)).startswith("source is None")
        return
    found = reading(name, content)
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["Ferry", "Tide"]
    assert [item.notes for item in found if isinstance(item, RawArticle)] == [(f"the articles are under '{path}'",), ()]
    assert len(found) == 2


def test_articles_too_deep_inside_are_not_searched_for(reading: Reading) -> None:
    document: object = [FERRY]
    for _ in range(MAX_WRAPPER_DEPTH):
        document = {"a": document}
    assert only_reason(reading("a.json", json.dumps(document))).startswith("title is None")
    assert only_article(reading("b.json", json.dumps(document)[5:-1])).title == "Ferry"


def test_one_article_in_an_object(reading: Reading) -> None:
    article = only_article(reading("a.json", json.dumps({"status": "ok", "data": {"article": FERRY}})))
    assert (article.title, article.notes) == ("Ferry", ("the articles are under 'data.article'",))


def test_an_article_with_lists_of_others_is_one_article(reading: Reading) -> None:
    assert only_article(reading("a.json", json.dumps({"related": [TIDE], **FERRY}))).title == "Ferry"
    broken = json.dumps({"related": [TIDE], **FERRY}).replace("Ferry", "Fe\\-rry")
    assert only_reason(reading("a.json", broken)).startswith("invalid JSON (Invalid \\escape)")


@pytest.mark.parametrize(
    ("document", "places"),
    [
        ({"news": [FERRY], "opinion": [TIDE]}, "'news', 'opinion'"),
        ({"main": FERRY, "more": {"list": [TIDE]}}, "'main', 'more.list'"),
        ({"a": [LINK], "b": [LINK]}, "'a', 'b'"),
    ],
)
def test_several_lists_are_refused_by_name(reading: Reading, document: object, places: str) -> None:
    assert only_reason(reading("a.json", json.dumps(document))) == (
        f"articles are in several places, {places}: expected one of them, in a file of its own"
    )


def values(document: object, *, limit: int, chunk: int) -> list[object]:
    """Return what is read of a document with a smaller limit; of refusals the reasons, of articles the titles."""
    text = JsonText(
        BytesIO((document if isinstance(document, str) else json.dumps(document)).encode()), limit=limit, chunk=chunk
    )
    found: list[object] = []
    try:
        for value in read_values(text, ArticleFinder(ReaderContext({}, Sources({}), ()))):
            found.append(value["title"] if isinstance(value, dict) and "title" in value else str(value))
    except ValueError as error:
        found.append(str(error))
    return found


@pytest.mark.parametrize("path", WRAPPERS)
@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_a_wrapper_may_be_larger_than_a_record(path: str, chunk: int) -> None:
    wrapper = WRAPPERS[path]
    padding: dict[str, object] = {"padding": [["x" * 50] * 10, {"x": "y" * 50}], "none": None}
    padding["more"] = {"padding": ["x" * 50] * 10}
    for document in ({**wrapper, **padding}, {**padding, **wrapper}):
        assert values(document, limit=150, chunk=chunk) == ["Ferry", "Tide"]


def test_of_several_lists_in_a_large_document_the_first_is_read_and_the_others_are_named() -> None:
    document = {
        "padding": ["x" * 50] * 10,
        "news": [{"x": 1}, FERRY, {"y": 1}],
        "more": {"opinion": [TIDE, FERRY]},
        "a": TIDE,
    }
    assert values(document, limit=150, chunk=16) == [
        "Ferry",
        "{'y': 1}",
        "articles are in several places, 'news', 'more.opinion', '*': expected one of them, in a file of its own",
    ]


def test_invalid_articles_of_a_large_document_are_named() -> None:
    good, long, bad = json.dumps(FERRY), json.dumps({**FERRY, "x": ["y" * 50] * 10}), '{"title": "\\-", "text": "x"}'
    too_long, escape = "the record is too long: expected at most 150", "invalid JSON (Invalid \\escape) at line 1,"
    for articles, reasons in (
        (f'{{"a": [{bad}, 7, {good}, {long}, 7, {good}]}}', [escape, "Ferry", too_long, "7", "Ferry"]),
        (f'{{"a": {bad}, "b": {good}, "c": {bad}, "meta": {{"x": \\-}}, "d": tru}}', [escape, "Ferry", escape]),
        (f'{{"a": {{"b": {good}, "c": [{bad}, {{"d": 1}}]}}}}', ["Ferry"]),
        (f'{{"a": [{good}, {bad}', ["Ferry", escape, "no ',' or ']' after an item"]),
        (f'{{"a": [{good}, {{"x": "y', ["Ferry", "invalid JSON (Unterminated string"]),
        (f'{{"padding": {long}, "a": 1}}', ["the object holds no list of articles with a title and a text"]),
        ('{"padding": ["x", "' + "x" * 300 + '"]}', ["the record is too long"]),
        ('{"a": ' * 12 + "tru" + "}" * 12, ["invalid JSON (Expecting value) at line 1"]),
    ):
        found = values(articles, limit=150, chunk=16)
        assert len(found) == len(reasons), found
        assert all(str(value).startswith(reason) for value, reason in zip(found, reasons, strict=True)), found


@pytest.mark.parametrize(
    "document",
    [
        {"title": {"41": "A", "42": "B"}, "source": {"41": "G", "42": "G"}, "text": {"41": "A.", "42": "B."}},
        {"title": {"0": "A"}, "text": {"0": "A."}},
        {"title": ["A", "B"], "source": ["G", "G"], "text": ["A.", "B."]},
        {"columns": ["title", "text"], "index": [0], "data": [["A", "A."]]},
    ],
)
def test_a_table_by_columns_is_refused_in_words(reading: Reading, document: object) -> None:
    reason = only_reason(reading("a.json", json.dumps(document)))
    assert reason.startswith("the object has a column under each key, such as 'title'") or "'columns' and" in reason
    assert reason.endswith(": expected an array of records, as `to_json(orient='records')` of pandas writes it")


def test_other_shapes_of_the_same_keys_are_no_table(reading: Reading) -> None:
    for title in ({"rendered": "A"}, ["A", "B"], [{"A": 1}, {"B": 1}]):
        reason = only_reason(reading("a.json", json.dumps({"title": title, "source": "G", "text": "A."})))
        assert reason.startswith("title is ")


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_missing_number_is_empty(reading: Reading, constant: str) -> None:
    for name, content in (("a.json", '[{"title": "Ferry", %s}]'), ("a.jsonl", '{"title": "Ferry", %s}')):
        document = content.replace("%s", f'"source": "G", "text": "A.", "authors": {constant}, "published": {constant}')
        article = only_article(reading(name, document))
        assert (article.title, article.authors, article.notes) == ("Ferry", (), ())
        assert only_reason(reading(name, document, strict=True)).startswith(f"a number is '{constant}'")


def test_paths_of_a_mapping_lead_from_the_document_or_from_its_articles(reading: Reading) -> None:
    document = json.dumps({"response": {"results": [{"head": "Ferry", "body": "A."}, {"head": "Tide", "body": "B."}]}})
    found = reading("a.json", document, map=("title=head",), source="G")
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["Ferry", "Tide"]
    paths = ("title=response.results.1.head", "text=response.results.1.body")
    assert only_article(reading("a.json", document, map=paths, source="G")).title == "Tide"


@pytest.mark.unmeasured
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


CONTEXT = ReaderContext({}, Sources({}), ())
BODY = '"source": "G", "text": "https://gazette.example/a // b /* c */"'
NOTED = "comments in the JSON were skipped"


@pytest.mark.parametrize(
    ("content", "titles", "is_noted"),
    [
        ('[{{"title": "0", {0}}}, {{"title": "1", {0}}},]', "01", False),
        ('[{{"title": "0", {0},}}, {{"title": "1", {0} , \n }} , ]', "01", False),
        ('// made by a script\n[{{"title": "0", {0}}}]', "0", True),
        ('/* made by\n * a script */ {{"title": "0", {0}}} // end', "0", True),
        ('[// first\n{{"title": "0", {0}}}, // second\n/**/ {{"title": "1", {0}}} // last\n]', "01", True),
        ('[{{"title": "0", // of the page\n {0}, /* no\n rights */ }}, {{/**/"title": "1", {0}}}]', "01", True),
        ('{{"status": "ok", // all\n "articles": [{{"title": "0", {0},}}, ], }}', "0", True),
    ],
)
@pytest.mark.parametrize("chunk", [7, 262_144])
def test_comments_and_superfluous_commas_are_skipped(content: str, titles: str, chunk: int, *, is_noted: bool) -> None:
    text = JsonText(BytesIO(content.format(BODY).encode()), chunk=chunk)
    found = list(read_values(text, ArticleFinder(CONTEXT)))
    assert [item["title"] if isinstance(item, dict) else item for item in found] == list(titles)
    assert all(isinstance(item, dict) and item["text"].endswith("// b /* c */") for item in found)
    assert text.has_comments == is_noted


def test_comments_are_noted_once_and_strictly_refused(reading: Reading) -> None:
    content = f'[{{"title": "0", {BODY} /* a */}}, {{"title": "1", {BODY}}} // b\n]'
    first, second = reading("a.json", content)
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.notes, second.notes) == ((NOTED,), ())
    assert all(isinstance(item, Refusal) for item in reading("a.json", content, strict=True)[:1])
    assert "invalid JSON" in only_reason(reading("a.json", f"// a\n[{{{BODY}}}]", strict=True))


@pytest.mark.parametrize("end", ["", "/", "/*", "/* x", "/* *", "// x"])
@pytest.mark.parametrize("chunk", [1, 262_144])
def test_a_comment_may_be_cut(end: str, chunk: int) -> None:
    text = JsonText(BytesIO(f'{{"a": 1}} {end}'.encode()), chunk=chunk)
    assert text.value() == {"a": 1}
    assert text.peek() == ("/" if end == "/" else "")


@pytest.mark.unmeasured
@pytest.mark.parametrize("bad", ['{"a": /* }', '{"a": 1, / }', '{"a": 1 // }'])
def test_invalid_values_with_beginnings_of_comments_take_linear_time(bad: str) -> None:
    text = JsonText(BytesIO(f"[{','.join([bad] * 2_000)}]".encode()))
    assert all(isinstance(item, ValueError) for item in read_values(text, ArticleFinder(CONTEXT)))


@pytest.mark.parametrize(
    "start", ["callback(", "jQuery123_4({0}", "var data = ", "window.data = ", "export default (", "data=["]
)
def test_a_program_is_named(reading: Reading, start: str) -> None:
    reason = only_reason(reading("a.json", f"{start.format('')}{json.dumps(RECORD)}"))
    assert reason.startswith("the JSON is inside a program, such as `callback(…)` of JSONP or `var x = …`")


@pytest.mark.parametrize(
    ("between", "skipped"),
    [
        ("garbage", "'garbage' and so on, from line 1, column 55 to line 1, column 62"),
        ("} ", "'} ' and so on, from line 1, column 55 to line 1, column 57"),
        ('"garbage" [7]\n x\n', "and so on, from line 1, column 55 to line 3, column 1"),
        ('{"title" 7}\n', "invalid JSON (Expecting ':' delimiter) at line 1, column 64"),
        ('{"title": "cut"\n', "invalid JSON (Expecting ',' delimiter) at line 2, column 1"),
        ('{"title": "cut",\n', "invalid JSON (Expecting property name enclosed in double quotes) at line 2, column 1"),
    ],
)
@pytest.mark.parametrize("chunk", [90, 262_144])
def test_reading_goes_on_after_text_that_is_no_json(between: str, skipped: str, chunk: int) -> None:
    first, second = (json.dumps({"title": title, "source": "G", "text": "A short text."}) for title in "ab")
    text = JsonText(BytesIO(f"{first}{between}{second}".encode()), chunk=chunk)
    found = list(read_values(text, ArticleFinder(CONTEXT)))
    assert [item["title"] for item in found if isinstance(item, dict)] == ["a", "b"]
    (error,) = (item for item in found if isinstance(item, ValueError))
    assert skipped in str(error)


def test_what_is_skipped_to_the_end_is_named(reading: Reading) -> None:
    refusal = reading("a.json", json.dumps(RECORD) + " x\ny")[-1]
    assert isinstance(refusal, Refusal)
    assert refusal.reason.endswith("; skipped 'x\\ny' and so on, from line 1, column 93 to the end of the file")


@pytest.mark.parametrize("position", [6, 7])
def test_a_superfluous_comma_is_recognized_wherever_a_decoder_stops(position: int) -> None:
    """Python 3.13 names the position of the comma, earlier releases that of the bracket after it."""
    assert is_extra('{"a":1,}', position)


def test_what_cannot_be_decoded_ends_the_reading(reading: Reading) -> None:
    content = '[{"title": "Ferry", "source": "G", "text": "It sails."}' + " " * 2_000_000
    found = reading("a.json", content.encode("utf-16") + b"\x00\xdc\x00")
    assert isinstance(found[-1], Refusal)
    assert "is not utf-16" in found[-1].reason
