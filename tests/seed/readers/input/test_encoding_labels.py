"""Labels of encodings mean what they mean to browsers."""

import pytest

from seed.readers.input.encoding_labels import codec_of_label, decode_as_browsers
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

TEXT = "The ferry between the two harbours sailed again on Monday after nine days in port, the company said. "

LABELS = [
    ("gb2312", "李镕基喆說", "gb18030"),
    ("GBK", "李镕基", "gbk"),
    ("chinese", "李镕基", "gbk"),
    ("gb18030", "李镕基😀", "gb18030"),
    ("iso-8859-9", "“Kimseyi” 5 € – ışğ", "cp1254"),
    ("latin5", "“Kimseyi” ışğ", "cp1254"),
    ("iso-8859-1", "“naïve” – 5 €", "cp1252"),
    ("latin1", "“naïve”…", "cp1252"),
    ("us-ascii", "“naïve”", "cp1252"),
    ("euc-kr", "똠방각하 펲시", "cp949"),
    ("ks_c_5601-1987", "똠방각하", "cp949"),
    ("iso-8859-8-i", "שלום עולם", "iso8859-8"),
    ("logical", "שלום", "iso8859-8"),
    ("visual", "שלום", "iso8859-8"),
    ("x-sjis", "①髙橋～", "cp932"),
    ("shift_jis", "①髙橋", "cp932"),
    ("sjis", "①髙橋", "cp932"),
    ("tis-620", "สวัสดี “”…", "cp874"),
    ("iso-8859-11", "สวัสดี “”", "cp874"),
    ("big5", "中文香港嘅", "big5hkscs"),
    ("koi8-ru", "Їжак", "koi8-u"),
    ("koi", "Ёжик", "koi8-r"),
    ("x-cp1251", "Ёжик – №", "cp1251"),
    ("x-mac-cyrillic", "Ёжик", "mac-cyrillic"),
    ("macintosh", "“naïve”", "mac-roman"),
    ("latin-1", "“naïve”", "cp1252"),
    ("x-user-defined", "naïve", "cp1252"),
    ("cp437", "naïve █", "cp437"),
]
"""A declared label, a text, and the codec of Python in which pages called so are really encoded."""


@pytest.mark.unmeasured
@pytest.mark.parametrize(("label", "text", "codec"), LABELS)
def test_a_page_is_read_as_browsers_read_it(reading: Reading, label: str, text: str, codec: str) -> None:
    page = f"<html><meta charset='{label}'><title>{text}</title><body><h1>{text}</h1><p>{text} {TEXT}</p></body></html>"
    article = only_article(reading("a.html", page.encode(codec), source="Gazette"))
    assert (article.title, article.notes) == (text, ())
    assert text in article.text


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("no-such", None),
        ("utf-7", None),
        ("punycode", None),
        ("a\0b", None),
        ("utf-16", "utf-16"),
        ("utf8", "utf-8"),
        ("iso-2022-kr", "iso2022_kr"),
    ],
)
def test_what_browsers_do_not_decode_keeps_its_name(label: str, codec: str | None) -> None:
    assert codec_of_label(label) == codec


@pytest.mark.parametrize(
    ("content", "codec", "text"),
    [
        (b"\x93a\x81\x94", "cp1252", "“a\x81”"),
        (b"\xd9\x8a", "cp1255", "\ufffd\x8a"),
        (b"a\xff\xfd", "cp932", "a\ufffd\ufffd"),
        (b"a\xff\xfd", "gb18030", "a\ufffd\ufffd"),
    ],
)
def test_undefined_bytes_are_read_as_in_browsers(content: bytes, codec: str, text: str) -> None:
    assert decode_as_browsers(content, codec) == text


def test_only_decoding_replaces_what_is_undefined() -> None:
    with pytest.raises(UnicodeEncodeError):
        "й".encode("cp1252", "dateline-undefined-byte")


def test_a_page_cannot_declare_that_it_is_in_utf_16(reading: Reading) -> None:
    """Its declaration is in ASCII letters."""
    page = f"<html><meta charset=utf-16><title>Café</title><p>{'é' * 40} {TEXT}</p>\xff"
    article = only_article(reading("a.html", page.encode().replace("ÿ".encode(), b"\xff"), source="Gazette"))
    assert (article.title, article.notes[0]) == ("Café", "1 bytes are not UTF-8")


@pytest.mark.parametrize("encoding", ["gb2312", "iso-8859-9"])
def test_an_encoding_that_the_user_names_is_read_so_too(reading: Reading, encoding: str) -> None:
    text, codec = {"gb2312": ("李镕基", "gbk"), "iso-8859-9": ("“ışğ”", "cp1254")}[encoding]
    table = f"title;source;text\n{text};Gazette;It sails.\n"
    assert only_article(reading("a.csv", table.encode(codec), encoding=encoding)).title == text


def test_control_characters_of_a_wrong_encoding_are_noted(reading: Reading) -> None:
    page = f"<html><meta charset=utf-8><title>Caf\x96</title><p>\x93No\x94, she said. {TEXT}</p>"
    assert only_article(reading("a.html", page, source="Gazette")).notes == (
        "title has control characters such as U+0096, probably from a wrong encoding; it is stored unchanged",
        "text has control characters such as U+0093, probably from a wrong encoding; it is stored unchanged",
    )
