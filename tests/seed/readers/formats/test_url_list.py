"""Lists of URLs."""

from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.formats.url_list import parse_link
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.readers.registry import HEAD_BYTES, detect_format
from seed.records import Link, Origin, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_reason

LIST = "\ufeff# Ours\r\nhttps://harbour.example/a?b=c#d\r\n\r\n  HTTP://quay.example  \n# http://off.example/\n"


def links(path: Path, forced: str | None = None) -> list[tuple[int | None, str]]:
    """Return line and URL of each link in a file."""
    found = list(read_paths([path], overrides=Overrides(format=forced)))
    return [(item.origin.line, item.url) for item in found if isinstance(item, Link)]


@pytest.mark.parametrize(("name", "forced"), [("a.urls", None), ("a.txt", None), ("a.csv", "urls"), ("a.md", "urls")])
def test_a_list_holds_addresses_and_comments(tmp_path: Path, name: str, forced: str | None) -> None:
    path = tmp_path / name
    path.write_bytes(LIST.encode())
    assert links(path, forced) == [(2, "https://harbour.example/a?b=c#d"), (4, "HTTP://quay.example")]


@pytest.mark.parametrize(
    "row", ["harbour.example", "ftp://harbour.example/", "http://a/ b", "http://a/\u200b", "http://"]
)
def test_a_line_that_is_not_a_url_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "a.urls"
    path.write_text(f"http://a/\n{row}\nhttp://b/\n", encoding="utf-8")
    first, wrong, last = read_paths([path], overrides=Overrides())
    assert wrong == Refusal(
        Origin(str(path), 2), f"the line is {row!r}: expected an http or https URL, or # and a comment"
    )
    assert isinstance(first, Link)
    assert isinstance(last, Link)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"http://a/\xff",
            "byte 0xff at 9 is not UTF-8: expected text in UTF-8, or --encoding with the name of its encoding",
        ),
        (b"http://a/" + b"a" * MAX_RECORD_BYTES, "the line is too long: expected at most 10000000 bytes per line"),
    ],
)
def test_an_undecodable_line_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.urls"
    path.write_bytes(content)
    assert only_reason(list(read_paths([path], overrides=Overrides()))) == reason


@pytest.mark.parametrize(
    ("content", "listed"),
    [
        (b"", False),
        (b"# Nothing\n", False),
        (b"http://a/", True),
        (b"http://a/\nFerries sail\n", False),
        (b"See http://a/\n", False),
        (b"http://a/\n" * HEAD_BYTES, True),
        (b"http://a/\n" * 10 + b"http://a/" + b"a" * HEAD_BYTES, True),
        (b"http://a/" + b"a" * HEAD_BYTES, False),
        (b"\xff\xfe\n", False),
    ],
)
def test_a_list_is_detected_by_its_first_lines(content: bytes, listed: bool) -> None:
    assert detect_format(content[:HEAD_BYTES], "a.txt") == ("urls" if listed else "page")


@pytest.mark.parametrize("place", ["reports/", "a.txt", "C:/a.txt", "http:/a", "//a/b"])
def test_a_path_is_not_a_link(place: str) -> None:
    assert parse_link(place) is None


def test_an_address_is_a_link_whatever_its_scheme() -> None:
    """An unsupported URL is refused as a URL, not looked up as a file."""
    assert parse_link("ftp://a/b") == Link(Origin("ftp://a/b"), "ftp://a/b")
    assert parse_link("http://a/\x1b") == Link(Origin(r"'http://a/\x1b'"), "http://a/\x1b")


def test_links_stay_among_the_files_in_the_order_given(tmp_path: Path) -> None:
    link = Link(Origin("http://a/"), "http://a/")
    for name in ("a", "b"):
        (tmp_path / f"{name}.urls").write_text(f"http://{name}.example/", encoding="utf-8")
    found = read_paths([tmp_path / "b.urls", link, tmp_path / "a.urls"], overrides=Overrides())
    assert [item.url for item in found if isinstance(item, Link)] == [
        "http://b.example/",
        "http://a/",
        "http://a.example/",
    ]


@pytest.mark.unmeasured
def test_endless_comments_abort_the_file(reading: Reading) -> None:
    assert (
        only_reason(reading("a.urls", b"#\n\n" * 60_000))
        == "more than 100000 consecutive blank lines: expected records"
    )
