"""Header fields: encoded words, parameters and senders, also as programs write them wrongly."""

import pytest

from seed.readers.mime.headers import (
    Mailbox,
    decode_base64,
    decode_header,
    parse_content_type,
    parse_mailbox,
)

SUBJECTS = [
    (b"Ferry  sails\r\n again", "Ferry sails again"),
    (b"=?utf-8?Q?Ferry_=E2=80=93_again?=", "Ferry – again"),
    (b"Re: =?ISO-8859-1?q?F=E4hre?= to =?utf-8*de?B?w5ZyZQ==?=", "Re: Fähre to Öre"),
    (b"=?UTF-8?B?RsOkaA==?=\r\n =?UTF-8?Q?re?=", "Fähre"),
    (b"=?UTF-8?B?RsM=?= =?UTF-8?B?pGhyZQ==?=", "Fähre"),
    (b"=?gb2312?B?tsm08w==?=", "渡大"),
    (b"=?utf-8?B?RsOkaHJl", "Fähre"),
    (b"=?utf-8?Q?A_ferry sails?=", "A ferry sails"),
    (b"=?utf-8?Q?Who=3F_A ferry?!?=", "Who? A ferry?!"),
    (b"=?no-such?Q?Ferry?=", "=?no-such?Q?Ferry?="),
    (b"=?punycode?Q?Ferry?=", "=?punycode?Q?Ferry?="),
    (b"F\xc3\xa4hre", "Fähre"),
    (b"F\xe4hre", "Fähre"),
    (b"=?utf-8?Q?A=0Ab=1B[2J?=", "A b [2J"),
]


@pytest.mark.parametrize(("raw", "text"), SUBJECTS)
def test_a_subject_is_read_as_mail_programs_show_it(raw: bytes, text: str) -> None:
    assert decode_header(raw, "iso-8859-1") == text


def test_bytes_in_an_unknown_encoding_are_replaced() -> None:
    assert decode_header(b"F\xe4hre", "no-such") == "F\ufffdhre"
    assert decode_header(b"F\xe4hre") == "F\ufffdhre"


SENDERS = [
    ("The Harbour Gazette <daily@gazette.example>", "The Harbour Gazette", "daily@gazette.example"),
    ('"Gazette, The" <daily@gazette.example>', "Gazette, The", "daily@gazette.example"),
    (r'"The \"Gazette\"" <daily@gazette.example>', 'The "Gazette"', "daily@gazette.example"),
    ("=?utf-8?Q?Fr=C3=BChblatt=2C_Sula?= <a@b.example>", "Frühblatt, Sula", "a@b.example"),
    ("\"'Gazette'\" <a@b.example>", "Gazette", "a@b.example"),
    ("<a@b.example>", "", "a@b.example"),
    ("a@b.example", "", "a@b.example"),
    ("a@b.example (Ada Byrne)", "Ada Byrne", "a@b.example"),
    ("ada at b.example (Ada Byrne)", "Ada Byrne", "ada@b.example"),
    ('"A" <a@b.example>, "C" <c@d.example>', "A", "a@b.example"),
    ("Ada Byrne", "Ada Byrne", ""),
    ("", "", ""),
]


@pytest.mark.parametrize(("raw", "name", "address"), SENDERS)
def test_a_sender_has_a_name_and_an_address(raw: str, name: str, address: str) -> None:
    assert parse_mailbox(raw) == Mailbox(name, address)


def test_a_sender_has_a_domain() -> None:
    assert Mailbox("", "Ada@Mail.Gazette.example.").domain == "mail.gazette.example"


TYPES = [
    ("", "text/plain", {}),
    ("Text/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
    ("text/plain (plain); charset=us-ascii (no letters)", "text/plain", {"charset": "us-ascii"}),
    ('multipart/mixed; boundary="a;b \\"c"', "multipart/mixed", {"boundary": 'a;b "c'}),
    ("multipart/mixed; boundary=a=_b/c", "multipart/mixed", {"boundary": "a=_b/c"}),
    ('multipart/mixed; boundary="a', "multipart/mixed", {"boundary": "a"}),
    ("multipart/mixed; boundary*0=a; boundary*1=b", "multipart/mixed", {"boundary": "ab"}),
    ("text/plain; charset=a; charset=b", "text/plain", {"charset": "a"}),
]


@pytest.mark.parametrize(("value", "name", "parameters"), TYPES)
def test_a_content_type_has_parameters(value: str, name: str, parameters: dict[str, str]) -> None:
    assert parse_content_type(value, "text/plain") == (name, parameters)


@pytest.mark.parametrize(
    ("content", "decoded"),
    [(b"RmVycnk=", b"Ferry"), (b"RmV\r\ny cnk", b"Ferry"), (b"Rg==RmU=", b"FFe"), (b"RmVyc", b"Fer"), (b"", b"")],
)
def test_base64_is_read_as_far_as_it_is_complete(content: bytes, decoded: bytes) -> None:
    assert decode_base64(content) == decoded
