"""Quotations between quotation marks, also over several paragraphs."""

import pytest

from seed.extract.statements.quotes import find_quotes
from seed.extract.text.document import Document
from seed.extract.text.tokens import WordKinds


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “one” and “two”.", ["one", "two"]),
        ('He said "one" and "two".', ["one", "two"]),
        ("“One.\n\n“Two.” He left.", ["One.\n\n“Two."]),
        ("“One.\n\nHe left.", ["One."]),
        ('"One.\n\n"Two." He left.', ['One.\n\n"Two.']),
        ("“ One, ” he said", ["One,"]),
        ("An open “end", ["end"]),
        ('5" and 6" pipes', []),
        ("A ” alone", []),
        ('An empty "" pair and " ".', []),
        ("A mark at the end “", []),
        ("«Oui», „Ja“", ["Oui", "Ja"]),
        ("“One “two” three” four", ["One “two” three"]),
        ("«One «two» three» four", ["One «two» three"]),
        ("„One “ two", ["One"]),
        ("“One “two.\n\n“Three.” Four", ["One “two.\n\n“Three."]),
    ],
)
def test_quotations_are_found(text: str, quoted: list[str]) -> None:
    assert [text[quote.start : quote.end] for quote in find_quotes(Document(None, text, "", WordKinds({})))] == quoted


def test_a_quotation_that_the_title_leaves_open_ends_with_it() -> None:
    document = Document("“One", "“Two.” Three", "", WordKinds({}))
    assert [document.combined[quote.start : quote.end] for quote in find_quotes(document)] == ["One", "Two."]
