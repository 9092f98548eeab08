"""Plain text of messages: flowed lines, quotes, signatures, armor."""

import pytest

from seed.readers.mime.plain_body import read_plain
from seed.readers.validation import MAX_TEXT_LENGTH

SIGNATURE = ("a signature was left out",)
FLOWED = [
    ("It \nsails.\n\nIt \nturns.", False, "It sails.\n\nIt turns."),
    ("Fer \nry", True, "Ferry"),
    ("> It \n> sails.\nYes \n>> No \n>> more", False, "> It sails.\nYes \n>> No more"),
    (" From here \n on", False, "From here on"),
    ("It \n-- \nAda", False, "It"),
    ("It sails ", False, "It sails"),
]


@pytest.mark.parametrize(("text", "delsp", "expected"), FLOWED)
def test_flowed_lines_are_joined(text: str, *, delsp: bool, expected: str) -> None:
    assert read_plain(text, flowed=True, delsp=delsp, is_reply=False).text == expected


LIST_FOOTER = "_" * 47 + "\nFerry-list mailing list\nFerry-list@lists.example\nhttps://lists.example/ferry-list\n"
PLAIN = [
    ("It sails.\r\nAgain.\r", "It sails.\nAgain.", ()),
    ("It sails.\n-- \nAda Byrne\nSula", "It sails.", SIGNATURE),
    ("It sails.\n-- \n" + "A line\n" * 40, "It sails.\n-- \n" + "A line\n" * 39 + "A line", ()),
    ("It sails.\n\n" + LIST_FOOTER, "It sails.", SIGNATURE),
    ("It sails.\n-- \nAda\n\n" + LIST_FOOTER, "It sails.", SIGNATURE),
    ("It sails.\n\n" + "_" * 47 + "\nAnd turns.\n", "It sails.\n\n" + "_" * 47 + "\nAnd turns.", ()),
    ("> We go.\n\nHe said.", "> We go.\n\nHe said.", ()),
    (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt sails.\n- -- Ada\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ\n",
        "It sails.\n-- Ada",
        (),
    ),
]


@pytest.mark.parametrize(("text", "expected", "notes"), PLAIN)
def test_signatures_are_left_out(text: str, expected: str, notes: tuple[str, ...]) -> None:
    assert read_plain(text, flowed=False, delsp=False, is_reply=False) == (expected, notes)


REPLIES = [
    ("On Monday, Ada Byrne wrote:\n> It sails.\n> Again.\n\nNot today.", "Not today.", 2),
    ("Yes.\n\nOn Monday,\nAda Byrne wrote:\n\n> It sails.\n\nNo.", "Yes.\n\nNo.", 1),
    ("Two lines\nof text, and\nAda Byrne wrote:\n> It sails.\n", "Two lines\nof text, and", 1),
    ("Yes.\n> It sails.\nNo.\n> Again.", "Yes.\nNo.", 2),
    ("Only this.", "Only this.", 0),
]


@pytest.mark.parametrize(("text", "expected", "count"), REPLIES)
def test_a_reply_has_no_quoted_lines(text: str, expected: str, count: int) -> None:
    notes = (f"{count} quoted lines were left out of a reply",) if count else ()
    assert read_plain(text, flowed=False, delsp=False, is_reply=True) == (expected, notes)


def test_an_encrypted_or_very_long_text_is_refused() -> None:
    with pytest.raises(ValueError, match="encrypted"):
        read_plain("\n-----BEGIN PGP MESSAGE-----\n\nhQ\n", flowed=False, delsp=False, is_reply=False)
    with pytest.raises(ValueError, match="at most 1000000 characters"):
        read_plain("a" * (MAX_TEXT_LENGTH + 1), flowed=False, delsp=False, is_reply=False)
