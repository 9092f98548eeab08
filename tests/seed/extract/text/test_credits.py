"""Mentions in bylines and credits have a kind of their own."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("By James Varro | May 1, 2015\nJames Varro left.", ["byline", "name"]),
        ("James Varro | May 1, 2015 | 7:02pm EST\nText.", ["byline"]),
        ("By James Varro and Anna Quill\n", ["byline", "byline"]),
        ("— James Varro, Anna Quill", ["byline", "byline"]),
        ("“We go.”\n- James Varro\n", ["name"]),
        ("James Varro, Anna B. Quill\n", ["byline", "byline"]),
        ("James Varro, Anna Quill, \n", ["byline", "byline"]),
        ("James Varro, Anna Quill, ", ["byline", "byline"]),
        ("James Varro, Homs Quill\n", ["name"]),
        ("James Varro, Homs Quill, \n", ["name"]),
        ("A bomber. (AP Photo, File) Then AP.", ["credit", "acronym"]),
        ("(Photo: Russian presidency)", ["credit"]),
        ("(Screengrab: Russian Defense Ministry video)", ["credit"]),
        ("With reporting by Reuters and AP\n", ["credit", "credit"]),
        ("Photo by Reuters (Photo: AP)\n(Photo: AP)", ["credit"] * 3),
        ("He spoke (in Russia) to Reuters.", ["name", "name"]),
    ],
)
def test_mentions_in_bylines_and_credits_have_that_kind(find: Find, text: str, kinds: list[str]) -> None:
    assert [mention[2] for mention in find(text)] == kinds
