"""Snippets: what they show, where they are cut, and which are chosen."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.fulltext.snippets import BEFORE, LENGTH, MOST_SNIPPETS, Snippet, Span, snippets
from tests.contract.strategies import bounded

WORD = "abcdefghi "
LONG = WORD * 100
"""A thousand code points: words of nine letters."""


def span(start: int, end: int, value: str = "x") -> Span:
    return Span(start, end, "q", value)


def shown(text: str, *spans: Span) -> list[tuple[str, list[str]]]:
    """Return text and values of each snippet."""
    found = snippets({"text": text}, {"text": spans})
    return [(text[one.start : one.end], [span.value for span in one.spans]) for one in found]


def test_what_was_found_stands_near_the_beginning() -> None:
    """Cut where words end, with about as much before as one needs to understand it."""
    assert snippets({"text": LONG}, {"text": [span(500, 509)]}) == [
        Snippet("text", 440, 639, (span(500, 509),)),
    ]
    assert snippets({"text": LONG}, {"text": [span(505, 507)]}) == [
        Snippet("text", 450, 649, (span(505, 507),)),
    ]


def test_a_short_text_is_shown_as_a_whole() -> None:
    assert shown("  The ships fired.\n", span(6, 11)) == [("The ships fired.", ["x"])]


def test_nothing_found_shows_nothing() -> None:
    assert snippets({"title": "Ships", "text": LONG}, {}) == []


def test_the_fields_come_in_their_order() -> None:
    found = snippets({"title": "Ships", "text": LONG}, {"text": [span(0, 9)], "title": [span(0, 5)]})
    assert [one.field for one in found] == ["title", "text"]


def test_those_are_chosen_that_show_most() -> None:
    """New values before more spans, more spans before what comes first; then in order of place."""
    spans = [
        span(0, 9, "a"),
        *(span(300, 309, "a"), span(310, 319, "a")),
        *(span(500, 509, "a"), span(510, 519, "b")),
        span(800, 809, "c"),
    ]
    assert [values for _, values in shown(LONG, *spans)] == [["a", "a"], ["a", "b"], ["c"]]


def test_a_snippet_never_breaks_a_span() -> None:
    """What does not fit begins the next one, and what is longer than a snippet is shown as a whole."""
    assert [values for _, values in shown(LONG, span(0, 9, "a"), span(190, 215, "b"))] == [["a"], ["b"]]
    assert shown(LONG, span(0, 9, "a"), span(190, 215, "b"))[0][0] == LONG[:189]
    assert shown(LONG, span(10, 409, "a")) == [(LONG[:409], ["a"])]


def test_spans_that_overlap_across_a_cut_are_both_shown() -> None:
    found = snippets({"text": LONG}, {"text": [span(0, 195, "a"), span(190, 215, "b")]})
    assert [(one.start, one.end) for one in found] == [(0, 195), (190, 389)]


def test_where_no_space_parts_words_the_cut_is_anywhere() -> None:
    """As in Chinese; half a line of it is better than none."""
    text = "中" * 1000
    assert snippets({"text": text}, {"text": [span(500, 502)]}) == [
        Snippet("text", 500 - BEFORE, 500 - BEFORE + LENGTH, (span(500, 502),)),
    ]


@settings(bounded, max_examples=150)
@given(
    text=st.text(st.sampled_from("abé ,\n"), max_size=900),
    places=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 30), st.sampled_from("abc")), max_size=30),
)
def test_snippets_hold_their_spans_and_are_cut_at_words(text: str, places: list[tuple[int, int, str]]) -> None:
    spans = {span(start, start + length, value) for start, length, value in places if start + length <= len(text)}
    found = snippets({"text": text}, {"text": spans})
    assert (len(found) > 0) == (len(spans) > 0)
    assert len(found) <= MOST_SNIPPETS
    assert found == sorted(found, key=lambda one: one.start)
    for one in found:
        assert set(one.spans) <= spans
        assert list(one.spans) == sorted(one.spans)
        first = one.spans[0]
        assert one.start <= first.start
        assert max(span.end for span in one.spans) <= one.end
        assert one.end - one.start <= LENGTH or one.end == max(span.end for span in one.spans)
        before, after = text[: one.start], text[one.end :]
        touched = {place for span in spans for place in span[:2]}
        assert not before or before[-1].isspace() or one.start in touched or " " not in text[one.start : first.start]
        assert not after or after[0].isspace() or one.end in touched or " " not in text[first.end : one.end]
