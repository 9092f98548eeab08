"""Plain text of markup, marks of shortened texts, and titles made of texts."""

import json

import pytest

from seed.readers.fields import plain_text
from seed.readers.fields.plain_text import (
    FEED_FOOTERS,
    first_words,
    has_markup,
    to_plain_line,
    to_plain_text,
    without_cut_mark,
    without_feed_footer,
    without_heading,
    without_length_mark,
)
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p>\n<p>Two</p>", "One\n\nTwo"),
        ("One<br/>Two", "One\n\nTwo"),
        ("<p>One</p>\n\nTwo\n\nThree", "One\n\nTwo\n\nThree"),
        ("<b>One</b>\nTwo", "One\n\nTwo"),
        ('<a href="x">One</a> &amp; <em>two</em>&hellip;', "One & two…"),
        ("<!-- wp:paragraph -->One<!-- /wp:paragraph --> two", "One two"),
        ("One &amp; two\nThree &#8217; &nbsp;", "One & two\nThree ’ \N{NO-BREAK SPACE}"),
        ("<script>x()</script><p>One</p>", "One"),
        ("<P CLASS='a'>One</P>", "One"),
        ("&lt;p&gt;One &amp;amp; two&lt;/p&gt;", "One & two"),
        ("1 &lt; 2 &lt;b&gt;", "1 < 2 <b>"),
        ("<h2>Bread</h2><ul><li>One</li></ul>", "Bread\n\nOne"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert has_markup(markup)
    assert to_plain_text(markup) == text


@pytest.mark.parametrize(
    "text", ["1 < 2 > 0", "AT&T & co", "&copy", "<Ada> said", "a &unknown; b", "x <- y", "", "R&D;"]
)
def test_other_text_stays(text: str) -> None:
    assert not has_markup(text)
    assert to_plain_text(text) == text
    assert to_plain_line(text) == text


def test_a_title_stays_on_its_line() -> None:
    assert to_plain_line("<i>Ferry</i> &#8216;two&#8217;<br>sails") == "Ferry ‘two’ sails"


def test_texts_may_have_many_references() -> None:
    assert to_plain_text(f"<p>{'&#1087;' * 20_000} &lt;b&gt; &amp;</p>") == f"{'п' * 20_000} <b> &"


def test_too_much_markup_is_refused() -> None:
    with pytest.raises(ValueError, match="too much HTML"):
        to_plain_text("<b>" * 10_001)


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("It sails… [+2829 chars]", "It sails"),
        ("It sails... [+1 chars]\n", "It sails"),
        ("It sails [1234 chars]", "It sails"),
        ("It sails… [+ 12 chars]", "It sails"),
        ("It sails", None),
        ("It has [+2 chars] inside", None),
        ("It has [some chars]", None),
    ],
)
def test_marks_of_shortened_texts_are_dropped(text: str, shortened: str | None) -> None:
    assert without_length_mark(text) == shortened


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("It sails […]", "It sails"),
        ("It sails. [...]\n", "It sails."),
        ("It sails (…)", "It sails"),
        ("It sails [ … ]", "It sails"),
        ("It “sails […] again”", None),
        ("It sails …", None),
    ],
)
def test_the_mark_of_an_excerpt_is_dropped(text: str, shortened: str | None) -> None:
    assert without_cut_mark(text) == shortened


def test_an_excerpt_is_an_extract_unless_its_kind_is_known(reading: Reading) -> None:
    record = {"title": "Ferry", "source": "Gazette", "text": "It sails. […]"}
    article = only_article(reading("a.jsonl", json.dumps(record)))
    assert (article.text, article.text_kind) == ("It sails.", "extract")
    assert article.notes == ("text was shortened before it came here, and is an extract",)
    article = only_article(reading("a.jsonl", json.dumps({**record, "text_kind": "full"})))
    assert (article.text, article.text_kind) == ("It sails. […]", "full")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  It   sails.\nMore", "It sails."),
        ("x" * 80, "x" * 80),
        ("x" * 81, f"{'x' * 79}…"),
        ("word " * 20, f"{'word ' * 14}word…"),
        (f"It sails, {'y' * 80}", "It sails…"),
        ("", ""),
    ],
)
def test_a_title_is_made_of_the_first_words(text: str, title: str) -> None:
    assert first_words(text) == title
    assert len(title) <= plain_text.MADE_TITLE_LENGTH


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Ferry\nIt sails.", "It sails."),
        ("# Ferry\n\nIt sails.", "It sails."),
        ("**Ferry**\nIt sails.", "It sails."),
        ("Ferry", "Ferry"),
        ("Ferry two\nIt sails.", "Ferry two\nIt sails."),
        ("\nFerry\n\n", "\nFerry\n\n"),
    ],
)
def test_the_title_is_removed_from_the_top_of_a_text(text: str, without: str) -> None:
    assert without_heading(text, "Ferry") == without


@pytest.mark.parametrize(("start", "middle"), FEED_FOOTERS)
@pytest.mark.parametrize("between", ["\n\n", " "])
def test_the_footer_of_feeds_is_left_out(start: str, middle: str, between: str) -> None:
    text = f"It sailed. […]{between}{start}“Ferry” resumes{middle}Harbour Gazette.\n"
    shortened = without_feed_footer(text, "“Ferry” resumes")
    assert shortened == ("It sailed. […]" if start or between == "\n\n" else text)


@pytest.mark.parametrize(
    "text",
    [
        "The post of harbour master appeared first on the agenda.",
        "The post Ferry resumes appeared first on Harbour Gazette.\n\nIt sailed.",
        "The postmaster of Ferry resumes work.",
        "",
    ],
)
def test_other_sentences_stay(text: str) -> None:
    assert without_feed_footer(text, "Ferry resumes") == text


def test_a_text_without_a_title_keeps_its_last_sentence() -> None:
    text = "The post Ferry appeared first on Harbour Gazette."
    assert without_feed_footer(text, "") == text
