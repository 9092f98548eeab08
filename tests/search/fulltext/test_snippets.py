"""Snippets: what they show, where they are cut, and which ones are chosen."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.fulltext.snippets import CONTEXT_LENGTH, MAX_SNIPPETS, SNIPPET_LENGTH, Snippet, Span, snippets
from tests.contract.strategies import bounded

WORD = "abcdefghi "
LONG_TEXT = WORD * 100
"""A thousand code points: words of nine letters."""


def span(start: int, end: int, value: str = "x") -> Span:
    return Span(start, end, "q", value)


def text_and_values(text: str, *spans: Span) -> list[tuple[str, list[str]]]:
    """Return the text and the values of each snippet."""
    best = snippets({"text": text}, {"text": spans})
    return [(text[snippet.start : snippet.end], [span.value for span in snippet.spans]) for snippet in best]


def test_a_match_is_near_the_start_of_its_snippet() -> None:
    """Snippets are cut between words, with enough context before the match to understand it."""
    assert snippets({"text": LONG_TEXT}, {"text": [span(500, 509)]}) == [
        Snippet("text", 440, 639, (span(500, 509),)),
    ]
    assert snippets({"text": LONG_TEXT}, {"text": [span(505, 507)]}) == [
        Snippet("text", 450, 649, (span(505, 507),)),
    ]


def test_a_short_text_is_shown_in_full() -> None:
    assert text_and_values("  The ships fired.\n", span(6, 11)) == [("The ships fired.", ["x"])]


def test_a_text_without_spans_has_no_snippets() -> None:
    assert snippets({"title": "Ships", "text": LONG_TEXT}, {}) == []


def test_snippets_are_in_the_order_of_the_fields() -> None:
    best = snippets({"title": "Ships", "text": LONG_TEXT}, {"text": [span(0, 9)], "title": [span(0, 5)]})
    assert [snippet.field for snippet in best] == ["title", "text"]


def test_the_snippets_that_show_most_are_chosen() -> None:
    """New values count before more spans, more spans before an earlier start; the chosen ones are in order."""
    spans = [
        span(0, 9, "a"),
        *(span(300, 309, "a"), span(310, 319, "a")),
        *(span(500, 509, "a"), span(510, 519, "b")),
        span(800, 809, "c"),
    ]
    assert [values for _, values in text_and_values(LONG_TEXT, *spans)] == [["a", "a"], ["a", "b"], ["c"]]


def test_a_snippet_never_breaks_a_span() -> None:
    """A span that does not fit starts the next snippet, and one that is longer than a snippet is shown in full."""
    assert [values for _, values in text_and_values(LONG_TEXT, span(0, 9, "a"), span(190, 215, "b"))] == [["a"], ["b"]]
    assert text_and_values(LONG_TEXT, span(0, 9, "a"), span(190, 215, "b"))[0][0] == LONG_TEXT[:189]
    assert text_and_values(LONG_TEXT, span(10, 409, "a")) == [(LONG_TEXT[:409], ["a"])]


def test_spans_that_overlap_across_a_cut_are_both_shown() -> None:
    best = snippets({"text": LONG_TEXT}, {"text": [span(0, 195, "a"), span(190, 215, "b")]})
    assert [(snippet.start, snippet.end) for snippet in best] == [(0, 195), (190, 389)]


def test_text_without_spaces_is_cut_anywhere() -> None:
    """In Chinese, for example: a cut line is better than none."""
    text = "中" * 1000
    assert snippets({"text": text}, {"text": [span(500, 502)]}) == [
        Snippet("text", 500 - CONTEXT_LENGTH, 500 - CONTEXT_LENGTH + SNIPPET_LENGTH, (span(500, 502),)),
    ]


@settings(bounded, max_examples=150)
@given(
    text=st.text(st.sampled_from("abé ,\n"), max_size=900),
    places=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 30), st.sampled_from("abc")), max_size=30),
)
def test_snippets_contain_their_spans_and_are_cut_between_words(text: str, places: list[tuple[int, int, str]]) -> None:
    spans = {span(start, start + length, value) for start, length, value in places if start + length <= len(text)}
    best = snippets({"text": text}, {"text": spans})
    assert (len(best) > 0) == (len(spans) > 0)
    assert len(best) <= MAX_SNIPPETS
    assert best == sorted(best, key=lambda snippet: snippet.start)
    for snippet in best:
        assert set(snippet.spans) <= spans
        assert list(snippet.spans) == sorted(snippet.spans)
        first = snippet.spans[0]
        assert snippet.start <= first.start
        assert max(span.end for span in snippet.spans) <= snippet.end
        assert snippet.end - snippet.start <= SNIPPET_LENGTH or snippet.end == max(span.end for span in snippet.spans)
        before, after = text[: snippet.start], text[snippet.end :]
        span_bounds = {place for span in spans for place in span[:2]}
        assert (
            not before
            or before[-1].isspace()
            or snippet.start in span_bounds
            or " " not in text[snippet.start : first.start]
        )
        assert not after or after[0].isspace() or snippet.end in span_bounds or " " not in text[first.end : snippet.end]
