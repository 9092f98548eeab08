"""What is left out around the text of a newsletter."""

import pytest

from seed.readers.mime.newsletter_text import html_paragraphs, strip_newsletter

PROSE = "The ferry between the two harbours of Sula sailed again on Monday after nine days in port, its owner said."
TEXTS = [
    ([PROSE, "Unsubscribe"], 1),
    (["View this email in your browser", PROSE, "© 2019 The Gazette", "12 Pier Road", "Unsubscribe here"], 3),
    (["View online | Unsubscribe", PROSE], 0),
    ([PROSE, "Facebook | Twitter", "The Gazette, 12 Pier Road, Sula", "Manage your preferences · Unsubscribe"], 3),
    (["Unsubscribe", PROSE, "Update your preferences or unsubscribe"], 1),
    ([PROSE, "Share Tweet", "Share", "You received this email because you signed up at our site"], 3),
    ([PROSE, "Open in app https://gazette.example/app", f"You are receiving this email because {PROSE}"], 2),
    ([PROSE, "You are receiving this newsletter. " * 30], 0),
]


@pytest.mark.parametrize(("paragraphs", "left_out"), TEXTS[:-1])
def test_only_the_text_remains(paragraphs: list[str], left_out: int) -> None:
    assert strip_newsletter(paragraphs, "The Gazette") == ([PROSE], left_out)


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["The ferry sails.", "It turns.", "Good night."],
        [PROSE, "How to unsubscribe is a question that the court of Norland answered on Monday.", PROSE],
        [PROSE, *["A line."] * 30, "The web version of the plan is longer.", *["A line."] * 30, PROSE],
        TEXTS[-1][0],
        [],
    ],
)
def test_what_may_be_text_stays(paragraphs: list[str]) -> None:
    assert strip_newsletter(paragraphs, "The Gazette") == (paragraphs, 0)


def test_a_short_newsletter_has_its_ending_in_the_second_half() -> None:
    assert strip_newsletter(["Unsubscribe today, or not", "It sails.", "It turns.", "Unsubscribe", "Sula"], "")[0] == [
        "It sails.",
        "It turns.",
    ]


@pytest.mark.parametrize(
    ("html", "paragraphs", "language"),
    [
        ("<p style='DISPLAY: none'>Preview</p><p>It sails.</p>", ["It sails."], None),
        ("<html lang=de><div class='x preheader'>Vorschau</div><td>Sie fährt.</td>", ["Sie fährt."], "de"),
        ("<p hidden>No</p><style>p {}</style><p>A<br>B</p><p>* * *</p>", ["A", "B"], None),
        ("<html style='display:none'><p>All</p>", ["All"], None),
        ("<p>A</p><div class='gmail_signature'>Ada</div>", ["A"], None),
        ("<p>A</p><blockquote type=cite>B</blockquote>", ["A", "B"], None),
        ("<p>A</p><div class='subscription-widget-wrap'><p>Be a subscriber.</p></div><p>B</p>", ["A", "B"], None),
        (
            "<p>A</p><p class='button-wrapper'><a>Subscribe now</a></p><table class='email-ufi-2-top'>Like</table>",
            ["A"],
            None,
        ),
        ("<p>A</p><figure><img><figcaption>The pier</figcaption></figure>", ["A"], None),
        ("<td>Ada<br><time>Mar 4</time></td><div><time>4 Mar</time></div>", ["Ada"], None),
        (
            "<p>On <time>Mar 4</time></p><p><time>Mar 4</time> it</p><p>A<b><time>5 Mar</time></b></p>",
            ["On Mar 4", "Mar 4 it", "A5 Mar"],
            None,
        ),
        (
            "<p><time>4 March 2019</time></p><p><i>A</i><time>May 1</time><br>B</p>",
            ["4 March 2019", "AMay 1", "B"],
            None,
        ),
    ],
)
def test_html_has_visible_paragraphs(html: str, paragraphs: list[str], language: str | None) -> None:
    assert html_paragraphs(html, is_reply=False)[:2] == (paragraphs, language)


def test_a_reply_in_html_has_no_quotes() -> None:
    html = "<p>A</p><div class=gmail_quote>Ada wrote: <blockquote type=cite>B</blockquote></div>"
    assert html_paragraphs(html, is_reply=True) == (["A"], None, ["a quoted message was left out of a reply"])
