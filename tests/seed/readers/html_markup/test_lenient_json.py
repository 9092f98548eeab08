"""JSON that is nearly JSON is read as a person would read it; everything else is refused."""

from typing import Any

import pytest

from seed.readers.html_markup.lenient_json import NotJsonError, parse_documents

AB = {"a": "x", "b": 1}

JSON: list[tuple[str, list[Any]]] = [
    ("", []),
    ('{"a":"x","b":1}', [AB]),
    ('<!-- {"a":"x","b":1} -->', [AB]),
    ('<![CDATA[ {"a":"x","b":1} ]]>', [AB]),
    ('//<![CDATA[\n{"a":"x","b":1}\n//]]>', [AB]),
    ('{"a":"say \\"hi\\"","b":"C:\\\\"}', [{"a": 'say "hi"', "b": "C:\\"}]),
]

NEARLY: list[tuple[str, list[Any]]] = [
    ('{"a":"x","b":1};', [AB]),
    ('{"a":"x","b":1} ;\n', [AB]),
    ('{"a":"x";"b":1}', [AB]),
    ('{"a":"x","b":1,}', [AB]),
    ('{,"a":"x",,"b":1}', [AB]),
    ('{"a":["x",],"b":[1,,2]}', [{"a": ["x"], "b": [1, 2]}]),
    ('{"a":"x"\n"b":1}', [AB]),
    ('{"a":"x" "b":1}', [AB]),
    ('{"a":{"c":[1]} "d":null "b":1}', [{"a": {"c": [1]}, "d": None, "b": 1}]),
    ('{"a":["x"\n"y"]}', [{"a": ["x", "y"]}]),
    ('/* of our CMS */ {"a":"x", // the title\n"b":1} // end', [AB]),
    ('{"a":"x",\n<!-- b -->\n"b":1}', [AB]),
    ('{"a":"http://x.example//y /* z */","b":1,}', [{"a": "http://x.example//y /* z */", "b": 1}]),
    ('{"a":"one\nline\tand","b":1}', [{"a": "one\nline\tand", "b": 1}]),
    ("{'a':'x','b':1}", [AB]),
    ("{'a':'it's \"x\"','b':1}", [{"a": 'it\'s "x"', "b": 1}]),
    ('{a:"x",b:1}', [AB]),
    ("{“a”:“x”,“b”:1}", [AB]),
    ("{&quot;a&quot;:&quot;x&quot;,&quot;b&quot;:1}", [AB]),
    ('{"a":"x","b":1}}', [AB]),
    ('{"a":"x","b":1', [AB]),
    ('{"a":"x","b":[1,[2', [{"a": "x", "b": [1, [2]]}]),
    ('{"a":"x"}{"b":1}', [{"a": "x"}, {"b": 1}]),
    ('{"a":"x"},\n;[{"b":1}]', [{"a": "x"}, [{"b": 1}]]),
    ('{"a":"The "big" day","b":1}', [{"a": 'The "big" day', "b": 1}]),
    ('{"a":"“We sail", she said, "soon","b":1}', [{"a": '“We sail", she said, "soon', "b": 1}]),
    ('{"a":"Live": storm","b":1}', [{"a": 'Live": storm', "b": 1}]),
    ('{"a":"C:\\dir \\x \\\' \\u00e9 \\ud83d\\ude00","b":1}', [{"a": "C:\\dir \\x ' é 😀", "b": 1}]),
    ('{"a":"two \\\nlines","b":1}', [{"a": "two \nlines", "b": 1}]),
    ('{"a":undefined,"b":True,"c":-1.5e3,"d":12,}', [{"a": None, "b": True, "c": -1500.0, "d": 12}]),
    ('{"a":' + "1" * 5_000 + "}", [{"a": float("inf")}]),
]

NOT_JSON = [
    "not json",
    '{"a" 1}',
    "{*}",
    "{a 1}",
    '{"a":"never ends}',
    '{"a":x}',
    "}{",
    '{"a":' * 100,
    "[" * 100_000,
    '{"a":"b",...}',
]


@pytest.mark.parametrize(("text", "documents"), JSON)
def test_json_is_read_as_it_is(text: str, documents: list[Any]) -> None:
    assert parse_documents(text) == (documents, None)


@pytest.mark.parametrize(("text", "documents"), NEARLY)
def test_what_is_nearly_json_is_read_and_its_problem_named(text: str, documents: list[Any]) -> None:
    found, problem = parse_documents(text)
    assert found == documents
    assert problem


@pytest.mark.parametrize("text", NOT_JSON)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(NotJsonError, match=r"\w"):
        parse_documents(text)
