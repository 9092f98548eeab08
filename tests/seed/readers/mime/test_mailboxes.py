"""Mailboxes: where a message begins in the variants of the format."""

import io

import pytest

from seed.readers.mime.mailboxes import split_mailbox

BEGIN = b"From ada@harbour.example Mon Mar  4 18:30:00 2019\n"
NEXT = b"From - Tue Mar 05 08:00:00 2019\n"

BOXES = [
    (BEGIN + b"A: b\n\nText\n\n" + NEXT + b"A: c\n\nMore\n", [b"A: b\n\nText\n\n", b"A: c\n\nMore\n"]),
    (BEGIN + b"A: b\n\n>From here\n>>From there\n> From\n", [b"A: b\n\nFrom here\n>From there\n> From\n"]),
    (BEGIN + b"A: b\n\nFrom here on, at 18:30 in 2019.\n", [b"A: b\n\nFrom here on, at 18:30 in 2019.\n"]),
    (
        BEGIN + b"A: b\n\nFrom Mon to Sat, at 18:30 in 2019.\nText",
        [b"A: b\n\nFrom Mon to Sat, at 18:30 in 2019.\nText"],
    ),
    (BEGIN + b"A: b\n\nText\n" + NEXT + b"A: c\n", [b"A: b\n\nText\n" + NEXT + b"A: c\n"]),
    (BEGIN + b"A: b\n\n" + NEXT + b"no field\n", [b"A: b\n\n" + NEXT + b"no field\n"]),
    (BEGIN + b"A: b\n\n" + NEXT, [b"A: b\n\n", b""]),
    (b"A: b\n\nText\n", [b"A: b\n\nText\n"]),
    (BEGIN.replace(b"\n", b"\r\n") + b"A: b\r\n\r\n" + NEXT + b"A: c", [b"A: b\r\n\r\n", b"A: c"]),
    (b"", []),
]


@pytest.mark.parametrize(("content", "messages"), BOXES)
def test_a_mailbox_is_split_where_a_message_begins(content: bytes, messages: list[bytes]) -> None:
    assert [b"".join(lines) for lines in split_mailbox(io.BytesIO(content))] == messages


def test_what_is_not_read_of_a_message_is_left_out() -> None:
    content = BEGIN + b"A: b\n\nText\n\n" + NEXT + b"A: c\n"
    assert [next(lines) for lines in split_mailbox(io.BytesIO(content))] == [b"A: b\n", b"A: c\n"]
