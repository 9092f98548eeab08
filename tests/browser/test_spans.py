"""Split texts at spans: offsets are code points, some of which JavaScript stores as two units."""

import pytest

from tests.browser.conftest import Visit


def split(visit: Visit, text: str, mentions: list[list[int]], statements: list[list[int]]) -> object:
    """Return the paragraphs as lists of [text, number of the mention, number of the statement, last]."""
    visit.open()
    folder = "" if visit.look.elsewhere else "page/"
    return visit.page.evaluate(
        """async ([module, text, mentions, statements]) => {
            const { splitParagraphs } = await import(module);
            const spans = (pairs) => pairs.map(([start, end], number) => ({ start, end, number }));
            const paragraphs = splitParagraphs(text, spans(mentions), spans(statements));
            return paragraphs.map((pieces) => pieces.map(({ text, mention, statement, last }) =>
                [text, mention?.number ?? null, statement?.number ?? null, last]));
        }""",
        [f"{visit.origin}/{folder}spans.js", text, mentions, statements],
    )


@pytest.mark.parametrize("visit", [pytest.param("wide", id="wide")], indirect=True)
@pytest.mark.parametrize(
    ("text", "mentions", "statements", "expected"),
    [
        ("plain", [], [], [[["plain", None, None, False]]]),
        ("𝔸🚢 Syria", [[3, 8]], [], [[["𝔸🚢 ", None, None, False], ["Syria", 0, None, False]]]),
        (
            "🚢 said Ann\n\nBob",
            [[7, 10], [12, 15]],
            [[0, 10]],
            [[["🚢 said ", None, 0, False], ["Ann", 0, 0, True]], [["Bob", 1, None, False]]],
        ),
        ("one\ntwo", [], [[0, 7]], [[["one", None, 0, False]], [["two", None, 0, True]]]),
        (
            "abcdef",
            [[1, 4]],
            [[2, 6]],
            [[["a", None, None, False], ["b", 0, None, False], ["cd", 0, 0, False], ["ef", None, 0, True]]],
        ),
        ("", [], [], []),
    ],
)
def test_texts_are_split_at_code_points(
    visit: Visit,
    text: str,
    mentions: list[list[int]],
    statements: list[list[int]],
    expected: list[list[list[object]]],
) -> None:
    assert split(visit, text, mentions, statements) == expected
