"""Messages that are forwarded in the text of others."""

import pytest

from app.models import Basis, Precision
from seed.readers.mime.forwarded import find_forwarded, is_forward
from seed.readers.mime.headers import Mailbox
from seed.records import Published

DAY = Published("2019-03-04", None, 66_600, Precision.DAY, None, Basis.METADATA)
GAZETTE = Mailbox("The Gazette", "daily@gazette.example")

FORWARDED = [
    (
        "Look.\n\n---------- Forwarded message ---------\nFrom: The Gazette <daily@gazette.example>\n"
        "Date: Mon, Mar 4, 2019 at 6:30 PM\nSubject: Ferry\nTo: <a@b.example>\n\nNote: it sails.",
        DAY,
        2,
    ),
    (
        "-------- Weitergeleitete Nachricht --------\n\nBetreff: \tFerry\n\nDatum: \tMon, 4 Mar 2019 18:30\n\n"
        "Von: \tThe Gazette <daily@gazette.example>\n\nNote: it sails.",
        DAY,
        1,
    ),
    (
        "*De :* The Gazette <daily@gazette.example>\n*Envoyé :* lundi 4 mars 2019 18:30\n*À :* a@b.example\n"
        "*Objet :* Ferry\n\nNote: it sails.",
        DAY,
        0,
    ),
]


@pytest.mark.parametrize(("text", "published", "above"), FORWARDED)
def test_the_header_of_the_original_counts(text: str, published: Published, above: int) -> None:
    found = find_forwarded(text, "Fwd: Fw: Ferry")
    assert found is not None
    assert found[:4] == (GAZETTE, "Ferry", published, above)
    assert found.text.strip() == "Note: it sails."


def test_a_header_without_a_clear_date_gives_none() -> None:
    text = "From: The Gazette <daily@gazette.example>\nSubject: Ferry\nDate: 3/4/19\nTo: b@c.example\n\nIt sails."
    found = find_forwarded(text, "WG: Ferry")
    assert found is not None
    assert found.published == Published()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Look.\nIt sails.", "Fwd: Ferry"),
        ("From: a@b.example\nSubject: Tide\nDate: 4 Mar 2019\n\nIt turns.", "Fwd: Ferry"),
        ("From: Ada\nSubject: Ferry\nDate: 4 Mar 2019\n\nIt sails.", "Fwd: Ferry"),
        ("From: a@b.example\nSubject: Ferry\n", "Fwd: Ferry"),
        ("From: a@b.example\nSubject: \nDate: 4 Mar 2019\n", "Fwd:"),
    ],
)
def test_other_lines_are_no_header(text: str, subject: str) -> None:
    assert find_forwarded(text, subject) is None


@pytest.mark.parametrize(
    ("subject", "forward"),
    [("Fwd: A", True), ("FW: A", True), ("WG: A", True), ("转发：A", True), ("Re: A", False), ("Forward", False)],
)
def test_a_forward_has_a_prefix(subject: str, *, forward: bool) -> None:
    assert is_forward(subject) == forward
