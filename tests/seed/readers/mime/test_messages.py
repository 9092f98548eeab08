"""E-mail as articles: which field comes from where, and what is no article."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.models import Basis, Precision
from seed.faults import Fault
from seed.readers import Overrides, read_paths, reader_context
from seed.readers.mime import messages
from seed.readers.mime.messages import read_message
from seed.readers.mime.recognition import header_of, is_mailbox
from seed.records import NoArticle, Origin, Published, RawArticle, ReadItem, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

CASES = Path(__file__).resolve().parent / "cases"
HEAD = (
    "From: The Gazette <daily@gazette.example>\nSubject: Ferry sails\nDate: Mon, 4 Mar 2019 18:30:00 -0500\n"
    "Message-ID: <1@gazette.example>\nList-Id: <daily.gazette.example>\nMIME-Version: 1.0\n"
)
NOON = Published("2019-03-04", 1_551_742_200, 66_600, Precision.MINUTE, "-0500", Basis.METADATA)


def items(content: str, **options: Any) -> list[ReadItem]:  # noqa: ANN401 - options
    """Return what is read of a message."""
    return read_message(content.encode(), "a.eml", reader_context(Overrides(**options)))


def article(content: str, **options: Any) -> RawArticle:  # noqa: ANN401 - options
    """Return the one article of a message."""
    (item,) = items(content, **options)
    assert isinstance(item, RawArticle), item
    return item


def reason(content: str) -> str:
    """Return why the one message is refused or skipped."""
    (item,) = items(content)
    assert isinstance(item, Refusal | NoArticle), item
    return item.reason


@pytest.mark.parametrize(
    ("byline", "authors", "agency"),
    [("By Ada Byrne (AFP)", ("Ada Byrne",), "AFP"), ("By The Gazette", (), None), ("ANI", (), "ANI")],
)
def test_an_agency_above_the_text_is_a_detail(byline: str, authors: tuple[str, ...], agency: str | None) -> None:
    found = article(f"{HEAD}\n{byline}\n\nIt sails.")
    assert (found.authors, found.details.get("agency"), found.text) == (authors, agency, "It sails.")


def test_an_agency_that_sent_the_message_is_its_outlet() -> None:
    found = article(f"{HEAD.replace('The Gazette', 'ANI')}\nANI\n\nIt sails.")
    assert (found.source, found.details.get("agency")) == ("ANI", None)


def test_a_newsletter_of_a_user_loads(reading: Reading) -> None:
    newsletter = only_article(reading("53-newsletter.eml", (CASES / "53-newsletter.eml").read_bytes()))
    assert newsletter.title == "Norland sends second ferry – and more"
    assert newsletter.source == "The Harbour Gazette"
    assert newsletter.id == "20190304.1@harbour-gazette.example"
    assert newsletter.published == NOON
    assert newsletter.text.startswith("The government of Norland said")
    assert newsletter.text.endswith("until the end of the week at least.")
    assert newsletter.missing["authors"].startswith("no byline")
    assert newsletter.notes == (
        "the message names no list (List-Id, List-Unsubscribe, List-Post or Precedence), so that it may be a personal "
        "one",
    )


def test_each_field_comes_from_the_message() -> None:
    assert article(f"{HEAD}Content-Language: en-GB\n\nBy Ada Byrne\n\nIt sails.") == RawArticle(
        Origin("a.eml"),
        title="Ferry sails",
        text="It sails.",
        source="The Gazette",
        id="1@gazette.example",
        published=NOON,
        authors=("Ada Byrne",),
        language="en-GB",
        details={"newsletter": "daily.gazette.example"},
    )


SENDERS = [
    ("Daily Brief <news@e.rferl.org>", "rferl"),
    ("news@gazette.example", "gazette.example"),
    ('"news@gazette.example" <news@gazette.example>', "gazette.example"),
    ("Ada Byrne", "Ada Byrne"),
    ("'The Gazette' via Ferry News <ferry@groups.example>", "The Gazette"),
    ("\"'The Gazette' via Ferry News\" <ferry@groups.example>", "The Gazette"),
]


@pytest.mark.parametrize(("sender", "source"), SENDERS)
def test_the_sender_is_the_outlet(sender: str, source: str) -> None:
    content = HEAD.replace("The Gazette <daily@gazette.example>", sender) + "\nIt sails."
    assert article(content).source == source


@pytest.mark.parametrize("sender", ["ada@gmail.com", "", "ada@localhost"])
def test_an_address_that_anybody_can_have_names_no_outlet(sender: str) -> None:
    content = HEAD.replace("The Gazette <daily@gazette.example>", sender) + "\nIt sails."
    assert reason(content).startswith("source is None")
    assert article(content, source="Gazette").source == "Gazette"


DATES = [
    ("Mon, 4 Mar 2019 18:30:00 -0500 (Eastern Time)", NOON, None),
    ("Mon, 4 Mar 2019 23:30 UT", "2019-03-04", None),
    ("the fourth of March", None, "published"),
    ("", None, "the message has no Date"),
]


@pytest.mark.parametrize(("date", "published", "missing"), DATES)
def test_the_date_is_that_of_the_header(date: str, published: Published | str | None, missing: str | None) -> None:
    found = article(HEAD.replace("Mon, 4 Mar 2019 18:30:00 -0500", date) + "\nIt sails.")
    assert published in {found.published, found.published.on}
    assert (found.missing.get("published") is not None) == (missing is not None)
    assert str(missing or "") in found.missing.get("published", "")


def test_another_day_in_the_text_is_noted() -> None:
    found = article(HEAD + "\nTuesday, March 5, 2019\n\nIt sails.")
    assert found.published == NOON
    assert "the text prints 2019-03-05, Date has 2019-03-04, which counts" in found.notes
    assert article(HEAD + "\nMarch 4, 2019\n\nIt sails.").notes == ()
    unclear = HEAD.replace("Mon, 4 Mar 2019 18:30:00 -0500", "x")
    assert article(unclear + "\nMarch 5, 2019\n\nIt sails.").published.on == "2019-03-05"


def test_what_is_left_out_at_the_end_is_counted() -> None:
    found = article(HEAD + "\nIt sails.\n\nIt turns.\n\nUnsubscribe\n\nSula")
    assert (found.text, found.notes) == (
        "It sails.\n\nIt turns.",
        ("paragraphs left out at the end, about the newsletter: 2",),
    )


def test_a_title_is_made_where_there_is_none() -> None:
    found = article(HEAD.replace("Ferry sails", "") + "\nIt sails.\n\nIt turns.")
    assert (found.title, found.matches_by_title) == ("It sails.", False)
    named = replace(reader_context(Overrides()), overrides={"title": "A"})
    (item,) = read_message(HEAD.replace("Ferry sails", "").encode() + b"\nIt sails.", "a.eml", named)
    assert isinstance(item, RawArticle)
    assert (item.title, item.matches_by_title) == ("A", True)


@pytest.mark.parametrize(
    ("subject", "rows", "text"),
    [
        ("Ferry sails again", "Ferry sails again\n\nIt sails.", "It sails."),
        ("[Daily] Ferry sails again", "Ferry sails again\n\nIt sails.", "It sails."),
        ("Ferry sails again, and more", "Ferry sails again\n\nIt sails.", "It sails."),
        ("Ferry sails againwards", "Ferry sails again\n\nIt sails.", "Ferry sails again\n\nIt sails."),
        ("Ferry sails again", "Ferry\n\nIt sails.", "Ferry\n\nIt sails."),
        ("Ferry", "The Gazette\n\nIt sails.", "It sails."),
        ("Ferry", "FERRY\n=====\n\nIt sails.", "It sails."),
    ],
)
def test_a_text_does_not_repeat_title_and_outlet(subject: str, rows: str, text: str) -> None:
    assert article(HEAD.replace("Ferry sails", subject) + f"\n{rows}").text == text


def test_a_writer_with_an_outlet_is_the_author() -> None:
    content = HEAD.replace("The Gazette <daily", "Ada Byrne from Harbour Notes <daily") + "\nAda Byrne\n\nIt sails."
    found = article(content)
    assert (found.authors, found.source, found.text) == (("Ada Byrne",), "Ada Byrne from Harbour Notes", "It sails.")


@pytest.mark.parametrize(("tag", "language"), [("en, de", "fr"), ("x!", "fr"), ("nb_NO", "nb-NO")])
def test_the_language_is_declared_by_header_or_html(tag: str, language: str) -> None:
    content = f"{HEAD}Content-Language: {tag}\nContent-Type: text/html\n\n<html lang=fr><p>It sails.</p></html>"
    assert article(content).language == language


def multipart(kind: str, *parts: str) -> str:
    """Return a message of several parts."""
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f"{HEAD}Content-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n"


PLAIN, HTML = "Content-Type: text/plain\n\nPlain.", "Content-Type: text/html\n\n<p>Rich.</p>"
PICTURE = "Content-Type: image/png\n\nA"
DEEP = "Content-Type: text/html\n\n" + "<div>" * 300 + "Rich."
PARTS = [
    ("alternative", (PLAIN, HTML), "Rich.", ()),
    ("alternative", (HTML, PLAIN), "Rich.", ()),
    ("alternative", (PLAIN, "Content-Type: text/html\n\n<img src=a>"), "Plain.", ()),
    ("alternative", (PLAIN, DEEP), "Plain.", ("another form of the text was not read: the page is nested too deeply",)),
    (
        "alternative",
        (PLAIN, f"Content-Type: multipart/mixed; boundary=c\n\n--c\n{HTML}\n--c\n{PICTURE}\n--c--"),
        "Rich.",
        ("attachments that were not read: 1",),
    ),
    ("mixed", (PLAIN, HTML, PICTURE), "Plain.\n\nRich.", ("attachments that were not read: 1",)),
    ("related", (HTML, PICTURE), "Rich.", ()),
    ('related; start="<x>"', (PICTURE, "Content-ID: <x>\n" + HTML), "Rich.", ()),
    ("signed", (PLAIN, "Content-Type: application/pgp-signature\n\nA"), "Plain.", ()),
    ("mixed", (PLAIN, "Content-Type: application/pgp-signature\n\nA"), "Plain.", ()),
]


@pytest.mark.parametrize(("kind", "parts", "text", "notes"), PARTS)
def test_the_best_part_is_the_text(kind: str, parts: tuple[str, ...], text: str, notes: tuple[str, ...]) -> None:
    found = article(multipart(kind, *parts))
    assert found.text == text
    assert len(found.notes) == len(notes)
    assert all(found.notes[index].startswith(note) for index, note in enumerate(notes))


UNREAD = [
    (multipart("encrypted", PICTURE), "encrypted (PGP)"),
    (f"{HEAD}Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nA", "encrypted (S/MIME)"),
    (f"{HEAD}Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n\nA", "hides its text"),
    (multipart("alternative", DEEP), "nested too deeply"),
    (multipart("mixed", PICTURE), "no text, only attachments: 1"),
    (multipart("mixed", "Content-Type: application/ms-tnef\n\nA"), "winmail.dat"),
    (f"{HEAD}\n", "the message has no text: expected"),
    (f"{HEAD}Content-Type: multipart/mixed\n\n", "no boundary"),
    (multipart("report", PLAIN, "Content-Type: message/rfc822\n\nSubject: A\n\nText"), "a report of delivery"),
    (f"{HEAD}Auto-Submitted: auto-replied (vacation)\n\nI am away.", "an automatic reply"),
    (f"{HEAD}X-Mozilla-Status: 0009\n\nIt sails.", "a deleted message"),
    (HEAD.replace("Ferry sails", "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA") + "\nIt.", "a mail program"),
]


@pytest.mark.parametrize(("content", "expected"), UNREAD)
def test_what_is_no_article_is_named(content: str, expected: str) -> None:
    assert expected in reason(content)


FORWARD = HEAD.replace("Ferry sails", "Fwd: Tide turns").replace("List-Id: <daily.gazette.example>\n", "")


def test_a_forwarded_newsletter_is_the_original() -> None:
    original = "From: Tide <t@tide.example>\nDate: Sun, 3 Mar 2019 10:00\nSubject: Tide turns\n\nIt turns."
    found = article(f"{FORWARD}\nLook.\n\n{original}")
    assert (found.title, found.source, found.text, found.id) == ("Tide turns", "Tide", "It turns.", None)
    assert found.published.on == "2019-03-03"
    assert found.notes[1] == "read as the original that was forwarded; lines above it left out: 1"


def test_a_forward_without_the_header_of_the_original_has_no_date() -> None:
    found = article(f"{FORWARD}\nIt turns.")
    assert (found.published, found.id, found.title) == (Published(), None, "Fwd: Tide turns")
    assert found.missing["published"].startswith("Date is that of forwarding")


def test_messages_in_a_message_are_articles() -> None:
    inner = f"Content-Type: message/rfc822\n\n{HEAD}\nIt sails."
    outer, found = items(multipart("mixed", PLAIN, inner).replace("List-Id: <daily.gazette.example>\n", "", 1))
    assert outer == NoArticle(Origin("a.eml", 1), "the message forwards others, which are read instead")
    assert isinstance(found, RawArticle)
    assert (found.origin.line, found.text) == (2, "It sails.")
    newsletter, _ = items(multipart("mixed", PLAIN, inner))
    assert isinstance(newsletter, RawArticle)
    digest, _ = items(multipart("digest", inner))
    assert isinstance(digest, NoArticle)


def test_a_message_in_a_message_may_be_encoded(reading: Reading) -> None:
    inner = base64.encodebytes(f"{HEAD}\nIt sails.".encode()).decode()
    part = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}"
    _, found = items(multipart("mixed", PLAIN, part))
    assert isinstance(found, RawArticle)
    assert found.text == "It sails."
    assert len(reading("a.eml", multipart("mixed", PLAIN, part))) == 2
    for _ in range(8):
        part = part.replace(inner, base64.encodebytes(multipart("mixed", part).encode()).decode())
    assert len(items(multipart("mixed", part))) <= 8


def test_a_message_holds_a_limited_number_of_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_MAX_MESSAGES", 1)
    assert "holds too many messages" in reason(multipart("digest", "\nSubject: A\n\nText"))


def test_an_unexpected_error_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_message: object) -> None:
        raise KeyError(Fault("a", "b").error)

    monkeypatch.setattr(messages, "read_envelope", fail)
    assert "could not be read (KeyError" in reason(HEAD + "\nIt sails.")


def test_a_reply_has_no_quotes() -> None:
    reply = f"{HEAD}In-Reply-To: <0@gazette.example>\n\nAda wrote:\n> It sails.\n\nNo."
    assert article(reply).text == "No."


def test_a_mailbox_goes_on_after_a_refusal(reading: Reading, tmp_path: Path) -> None:
    begin = "From a@b.example Mon Mar  4 18:30:00 2019\n"
    broken = f"{begin}{HEAD}Content-Type: multipart/mixed\n\nText\n\n"
    content = f"{broken}{begin}{HEAD}\nIt sails.\n\n"
    refused, found = reading("a.mbox", content)
    assert refused == Refusal(
        Origin(f"{tmp_path}/a.mbox", 1),
        "the message has several parts, but no boundary between them: expected an intact message",
    )
    assert isinstance(found, RawArticle)
    assert (found.origin.line, found.text) == (2, "It sails.")


def test_an_empty_mailbox_holds_no_article(reading: Reading) -> None:
    assert reading("Drafts.mbox", b"") == []  # Neither an article nor a refusal.


def test_a_mailbox_that_cannot_be_read_any_further_ends(reading: Reading) -> None:
    content = "From a@b.example Mon Mar  4 18:30:00 2019\n" + HEAD + "\nF\xe4hre."
    assert "is not utf-16-le" in only_reason(
        reading("a.mbox", content.encode("utf-16-le") + b"\x00", encoding="utf-16-le")
    )


def test_unusual_html_is_read_in_another_process(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text(f"{HEAD}Content-Type: text/html\n\n<p>It sails.</p>" + "<b></b>" * 6_000)
    (found,) = read_paths([path], overrides=Overrides())
    assert isinstance(found, RawArticle)
    assert found.text == "It sails."


def test_a_broken_message_is_a_refusal(reading: Reading) -> None:
    assert "no boundary" in only_reason(reading("a.eml", f"{HEAD}Content-Type: multipart/mixed\n\nText"))
    assert "x-uuencode" in only_reason(
        reading("a.eml", f"{HEAD}Content-Type: text/html\nContent-Transfer-Encoding: x-uuencode\n\nText")
    )


TOLD = [
    (HEAD, True),
    ("MIME-Version: 1.0\n\nText", True),
    ("From a@b Mon Mar  4 18:30:00 2019\n" + HEAD, True),
    ("From: a@b.example\nTo: c@d.example\nSubject: A", True),
    ("From: a@b.example\nTo: c@d.example\nSubject: A\nNo field", True),
    ("From: Ada\nTo: All\nSubject: A\n\nText", False),
    ("Title: A\nSource: B\n\nText", False),
    ("Ferry sails\nReceived: today\n", False),
    ("  Received: x\n", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "is_message"), TOLD)
def test_a_message_is_recognized_by_its_header(text: str, *, is_message: bool) -> None:
    assert (header_of(text) is not None) == is_message


def test_a_mailbox_is_recognized_by_its_first_lines() -> None:
    begin = "From a@b Mon Mar  4 18:30:00 2019\n"
    assert is_mailbox(begin + HEAD)
    assert not is_mailbox(begin + "No field\n")
    assert not is_mailbox("From here on\n" + HEAD)
