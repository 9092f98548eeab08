"""The tree of a message, and what is dropped of it before it is read."""

import io

import pytest

from seed.readers.input.decoding import MAX_RECORD_BYTES, UnreadableError
from seed.readers.mime.parts import (
    MAX_NESTED_PARTS,
    MAX_PARTS,
    MessageError,
    Part,
    body_bytes,
    condense,
    condense_stream,
    decode_text,
    parse_message,
)

MESSAGE = (
    b"\xef\xbb\xbf\nFrom ada@harbour.example Mon Mar  4 18:30:00 2019\nSubject: Ferry\n sails\nX-Other: long\n more\n"
    b"Subject: second\nContent-Type: multipart/mixed;\n boundary=b\n\npreamble\n--b\nContent-Type: text/html\n\n"
    b"<p>A</p>\n--b  \nContent-Type: image/png\n\nPICTURE\n--b\nContent-Type: text/plain\n"
    b"Content-Disposition: attachment\n\nNOTES\n"
    b"--b\n\n-- b\n--c\n--b--\nepilogue\n"
)


def tree(part: Part) -> object:
    """Return types and bodies of a message."""
    return (part.type.name, bytes(part.body) or [tree(child) for child in part.parts])


def test_a_message_is_a_tree_of_texts() -> None:
    message = parse_message(condense_stream(io.BytesIO(MESSAGE)))
    assert message.line("subject") == "Ferry sails"
    assert message.header("x-other") == b""
    assert tree(message) == (
        "multipart/mixed",
        [("text/html", b"<p>A</p>\n"), ("image/png", []), ("text/plain", []), ("text/plain", b"-- b\n--c\n")],
    )


def test_attachments_are_dropped_before_a_message_is_read() -> None:
    condensed = condense(MESSAGE.splitlines(keepends=True))
    assert all(word not in condensed for word in (b"PICTURE", b"NOTES", b"preamble", b"epilogue", b"Other", b"more"))
    assert tree(parse_message(condensed)) == tree(parse_message(MESSAGE))
    assert condense(condensed.splitlines(keepends=True)) == condensed


TREES = [
    (b"Subject: A\n\nText", ("text/plain", b"Text")),
    (b"Subject: A\rX: y\r\rText\r", ("text/plain", b"Text\r")),
    (b"Subject: A\nNo field\n", ("text/plain", b"No field\n")),
    (b"Content-Type: message/rfc822\nNo field\n", ("message/rfc822", [("text/plain", b"No field\n")])),
    (b"Subject: A\n", ("text/plain", [])),
    (b"", ("text/plain", [])),
    (b"Content-Type: message/rfc822\n\nSubject: A\n\nText", ("message/rfc822", [("text/plain", b"Text")])),
    (
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQQ==\n",
        ("message/rfc822", b"QQ==\n"),
    ),
    (
        b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: A\n\nText\n"
        b"--b\nContent-Type: text/plain\n\nB\n",
        ("multipart/digest", [("message/rfc822", [("text/plain", b"Text\n")]), ("text/plain", b"B\n")]),
    ),
    (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\nB\n--a\n\nA\n",
        ("multipart/mixed", [("multipart/mixed", [("text/plain", b"B\n")]), ("text/plain", b"A\n")]),
    ),
    (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nSubject: cut\n"
        b"--a\nContent-Type: message/rfc822\nSubject: C\n--a--",
        ("multipart/mixed", [("text/plain", []), ("message/rfc822", [("text/plain", [])])]),
    ),
]


@pytest.mark.parametrize(("content", "expected"), TREES)
def test_a_broken_message_is_read_as_far_as_it_goes(content: bytes, expected: object) -> None:
    assert tree(parse_message(content)) == expected
    assert tree(parse_message(condense_stream(io.BytesIO(content)))) == expected


def test_a_long_header_field_is_cut() -> None:
    content = b"Subject: " + b"a\n b" * 20_000 + b"\n\nText"
    message = parse_message(content)
    assert len(message.header("subject")) < 20_003
    assert bytes(message.body) == b"Text"


NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
    for number in range(MAX_NESTED_PARTS + 1)
)
TOO_MUCH = [
    (NESTED + b"\nText\n", "nested too deeply"),
    (b"Content-Type: message/rfc822\n\n" * (MAX_NESTED_PARTS + 2), "nested too deeply"),
    (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * (MAX_PARTS + 1), "too many parts"),
    (b"Content-Type: multipart/mixed\n\n--b\n\nText\n", "no boundary"),
    (b"\n" * 9 + b"a" * (MAX_RECORD_BYTES + 1), "too long"),
]


@pytest.mark.parametrize(("content", "reason"), TOO_MUCH)
def test_a_message_that_is_too_large_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(MessageError, match=reason):
        parse_message(condense_stream(io.BytesIO(content)))


def test_a_message_that_is_too_long_is_not_read_to_its_end() -> None:
    lines = iter([b"Subject: A\n", b"\n", b"a" * (MAX_RECORD_BYTES + 1), b"b", b"c"])
    assert condense(lines).endswith(b"a")
    assert next(lines) == b"c"


def test_a_message_has_a_limited_number_of_lines() -> None:
    assert condense([b"A: b\n", b"\n"], max_lines=2) == b"\n"
    with pytest.raises(UnreadableError, match="at most 2 lines"):
        condense([b"A: b\n", b"\n", b"Text\n"], max_lines=2)


BODIES = [("", b"a=41"), ("7bit", b"a=41"), ('"8Bit"', b"a=41"), ("Quoted-Printable", b"aA"), ("base64", b"k\x8d")]


@pytest.mark.parametrize(("encoding", "content"), BODIES)
def test_a_body_has_a_transfer_encoding(encoding: str, content: bytes) -> None:
    body = b"a=41" if encoding != "base64" else b"a41"
    message = parse_message(b"Content-Transfer-Encoding: %s\n\n%s" % (encoding.encode(), body))
    assert body_bytes(message) == content


def test_an_unknown_transfer_encoding_is_refused() -> None:
    with pytest.raises(MessageError, match="'x-uuencode' is not read"):
        body_bytes(parse_message(b"Content-Transfer-Encoding: x-uuencode\n\nbegin\n"))


TEXTS = [
    (b"\xef\xbb\xbfF\xc3\xa4hre", None, "Fähre", ()),
    (b"F\xc3\xa4hre", "us-ascii", "Fähre", ()),
    (b"F\xc3\xa4hre", "koi8-r", "Fähre", ("the message declares koi8-r, but is UTF-8",)),
    (b"F\xe4hre", "iso-8859-1", "Fähre", ()),
    (b"F\xe4hre", "us-ascii", "Fähre", ()),
    (b"F\xe4hre", None, "F\ufffdhre", ("1 bytes are not valid UTF-8, the encoding of the message",)),
    ("港".encode("iso2022_jp"), "ISO-2022-JP", "港", ()),
    ("港".encode("utf-16"), "utf-16", "港", ()),
]


@pytest.mark.parametrize(("content", "charset", "text", "notes"), TEXTS)
def test_a_text_is_in_its_declared_encoding(
    content: bytes, charset: str | None, text: str, notes: tuple[str, ...]
) -> None:
    assert decode_text(content, charset) == (text, notes)


@pytest.mark.parametrize("charset", ["utf-7", "punycode", "no-such", "base64"])
def test_what_is_no_text_encoding_is_refused(charset: str) -> None:
    with pytest.raises(MessageError, match="not a text encoding"):
        decode_text(b"a", charset)
