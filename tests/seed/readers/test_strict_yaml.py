"""YAML parsed to strings, whatever it contains."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.readers.strict_yaml import parse_yaml


def test_scalars_stay_as_written() -> None:
    text = "a: 2015-11-22\nb: [yes, 07, null, 1e3]\nc: {d: ~}\ne:"
    assert parse_yaml(text) == {"a": "2015-11-22", "b": ["yes", "07", "null", "1e3"], "c": {"d": "~"}, "e": ""}


def test_an_empty_document_is_an_empty_mapping() -> None:
    assert parse_yaml("# nothing") == {}


def test_tags_build_nothing() -> None:
    assert parse_yaml("a: !!python/object/apply:os.getcwd []") == {"a": []}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2", "line 2: the key 'a' is repeated or not text: expected each key once"),
        ("? [a]\n: b", "line 1: the key"),
        ("a: &x [1]\nb: *x", "line 2: an alias"),
        ("a: 1\n--- \nb: 2", "more than one YAML document"),
        ("a: [1}", "invalid YAML: line 1"),
        ("a: \x00", "invalid YAML: control characters are not allowed"),
        ("[" * 10 + "]" * 10, "line 1: nested too deeply: expected at most 8 levels"),
    ],
)
def test_what_could_lose_or_hide_something_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r"^") as raised:
        parse_yaml(text)
    assert problem in str(raised.value)


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_and_not_followed(piece: str) -> None:
    with pytest.raises(ValueError, match="levels"):
        parse_yaml(piece * 60_000)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@`? \n\t\\\ud800", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse_yaml(text), str | list | dict)
