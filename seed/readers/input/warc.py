"""Read WARC files (ISO 28500): captured HTML pages are yielded as files, other records are counted by what they are.

The file is a stream in which lengths may be wrong and anything may be cut: reading goes on at the next record.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from seed.readers.input.decoding import MAX_RECORD_BYTES, UnreadableError
from seed.readers.input.file_kinds import file_kind
from seed.readers.input.http_bodies import GZIP_MARK, decode_body
from seed.readers.input.unpacking import ArchiveError, Capture, InputFile, UnpackBudget, printable_name
from seed.readers.validation import check_url, preview
from seed.records import NoArticle, Origin, Refusal, parse_content_type

MAX_HEADER_BYTES = 262_144
"""Maximum size of the header of a record, or of the HTTP response in it; real ones have a tenth."""

MAX_BROKEN_RECORDS = 100
"""Maximum number of records without a valid length in a WARC; after each, the next record is searched for."""

MAX_RECORDS_WITHOUT_PAGE = 500_000
"""Maximum number of consecutive records in a WARC of which none is a page."""

OTHER_RECORD = "a WARC record other than a captured page, such as a request"
REVISIT = "a revisit: an earlier capture has the page"
OTHER_STATUS = "a response with a status other than 200"
OTHER_TYPE = "a response that is no HTML page"

_TOO_LARGE = f"the page has more than {MAX_RECORD_BYTES} bytes: expected fewer"
_BLOCK_BYTES = 65_536
_HEADER_BYTES = 4_096  # Nearly all headers have less.
_VERSION_BYTES = 32
_VERSION = re.compile(rb"WARC/[0-9]\.[0-9]{1,2}[ \t]{0,9}\r?\n")
_NEXT_RECORD = re.compile(rb"(?:\A|\n)(WARC/[0-9]\.[0-9]{1,2}[ \t]{0,9}\r?\n)")
_RECORD_WITHIN = re.compile(rb"\n\r?\n(WARC/[0-9]\.[0-9]{1,2}[ \t]{0,9}\r?\n)")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/[0-9](?:\.[0-9])?[ \t]{1,9}([0-9]{3})\b")
_LENGTH = re.compile(r"[0-9]{1,18}")
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_SNIFFED_BYTES = 1_445  # As many as the MIME Sniffing Standard has.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(rb"<(?:html|head|body|title|p|div|h1|!doctype)\b", re.IGNORECASE)  # A page with a stray character.
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PAGE_TYPES = {"text/html", "application/xhtml+xml", ""}
_HEADERS = StatusAndHeadersParser([], verify=False)


class _BrokenRecordError(UnreadableError):
    """A record whose end is unknown: what to call it, why, and what was read of its content."""

    def __init__(self, name: str, reason: str, block: bytes = b"") -> None:
        super().__init__(reason)
        self.refusal = Refusal(Origin(name), reason)
        self.block = block


class _Source:
    """A buffered reader of a WARC, of which some bytes can be put back; where it breaks, it ends."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        # Block by block, so that an error loses nothing that was before it.
        self._read_block: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._name = name
        self._buffer = b""
        self._start = 0
        self._error: ArchiveError | None = None

    def raise_error(self) -> None:
        """Raise the error that ended the file, if one did."""
        if self._error is not None:
            raise self._error

    def peek(self, size: int) -> bytes:
        """Return the next bytes without taking them; fewer at the end."""
        while len(self._buffer) - self._start < size and (block := self._read(_BLOCK_BYTES)):
            self._buffer, self._start = self._buffer[self._start :] + block, 0
        return self._buffer[self._start : self._start + size]

    def take(self, size: int) -> bytes:
        """Return the next bytes; fewer at the end."""
        return b"".join(self._taken(size))

    def skip(self, size: int) -> int:
        """Skip bytes; return how many there were."""
        return sum(map(len, self._taken(size)))

    def _taken(self, size: int) -> Iterator[bytes]:
        content = self._buffer[self._start : self._start + size]
        self._start += len(content)
        yield content
        size -= len(content)
        while size and (content := self._read(min(size, _BLOCK_BYTES))):
            yield content
            size -= len(content)

    def _read(self, size: int) -> bytes:
        try:
            return b"" if self._error else self._read_block(size)
        except ArchiveError as error:
            self._error = error
            return b""

    def take_header(self) -> bytes:
        """Return the header of a record with the blank line at its end; raise _BrokenRecordError if that is missing."""
        size = _HEADER_BYTES
        while True:
            window = self.peek(size)
            if end := _BLANK_LINE.search(window):
                return self.take(end.end())
            if len(window) < size:
                self.raise_error()
                raise _BrokenRecordError(self._name, "the file ends within the header of a record", self.take(size))
            if size >= MAX_HEADER_BYTES:
                self.skip(1)
                reason = f"the header of a record has more than {MAX_HEADER_BYTES} bytes: the record is not read"
                raise _BrokenRecordError(self._name, reason)
            size *= 4

    def check_end(self, name: str, length: int, taken: int, block: bytes) -> None:
        """Skip the blank lines after a record; raise _BrokenRecordError if its length is wrong."""
        if taken < length:
            self.raise_error()
            reason = f"the file ends after {taken} of the {length} bytes of the record: expected all of it"
            raise _BrokenRecordError(name, reason, block)
        if self.skip_blank_lines() and not _VERSION.match(self.peek(_HEADER_BYTES)):
            reason = f"no record begins after the {length} bytes that the record has: expected its correct length"
            raise _BrokenRecordError(name, reason, block)

    def skip_blank_lines(self) -> bool:
        """Skip the blank lines before a record; return whether anything follows them."""
        size = _VERSION_BYTES
        while window := self.peek(size):
            blank = len(window) - len(window.lstrip(b"\r\n"))
            self.skip(blank)
            if blank < len(window):
                return True
            size = _BLOCK_BYTES
        return False

    def go_to_next_record(self, block: bytes) -> None:
        """Skip to the next line that begins a record, which may be in a block that was already taken."""
        if begin := _RECORD_WITHIN.search(block):
            self._buffer, self._start = block[begin.start(1) :] + self._buffer[self._start :], 0
            return
        while window := self.peek(_BLOCK_BYTES):
            if begin := _NEXT_RECORD.search(window):
                self.skip(begin.start(1))
                return
            # The beginning of a line of that kind may be at the end of the window.
            self.skip(len(window) if len(window) < _BLOCK_BYTES else len(window) - _VERSION_BYTES)


def is_warc(head: bytes) -> bool:
    """Return whether these first bytes are those of a WARC file, which may begin with blank lines."""
    return _VERSION.match(head.lstrip(b"\r\n")) is not None


def read_warc(stream: BinaryIO, name: str, budget: UnpackBudget) -> Iterator[InputFile | Refusal | NoArticle]:
    """Yield each captured page as a file with the name `WARC!URL`, and at the end how many other records there are."""
    skipped: Counter[str] = Counter()
    try:
        for item in _read_records(_Source(stream, name), name, budget):
            if isinstance(item, str):
                skipped[item] += 1
            else:
                yield item
    except ArchiveError as error:
        yield Refusal(Origin(name), str(error))
    yield from (NoArticle(Origin(name), reason, count) for reason, count in skipped.items())


def _read_records(source: _Source, name: str, budget: UnpackBudget) -> Iterator[InputFile | Refusal | str]:
    """Yield the page of each record, why it is refused, or what the record is instead."""
    broken = without_page = 0
    source.skip_blank_lines()
    while source.peek(1):
        item: InputFile | Refusal | str
        try:
            item = _read_record(source, name, budget)
        except _BrokenRecordError as error:
            item = error.refusal
            broken += 1
            source.go_to_next_record(error.block)
        yield item
        without_page = 0 if isinstance(item, InputFile) else without_page + 1
        if broken == MAX_BROKEN_RECORDS:
            raise ArchiveError(f"{broken} records have no valid length: the rest of the file is not read")
        if without_page == MAX_RECORDS_WITHOUT_PAGE:
            raise ArchiveError(f"{without_page} consecutive records have no page: the rest of the file is not read")
    source.raise_error()


def _read_record(source: _Source, name: str, budget: UnpackBudget) -> InputFile | Refusal | str:
    """Return the page of the next record, why it is refused, or what the record is instead."""
    fields = _HEADERS.parse(BytesIO(source.take_header()))
    url = (fields.get_header("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    shown = f"{name}!{printable_name(url)}" if url else name
    length = _length(fields, shown)
    what = _other_record(fields, url)
    start = b"" if what else source.take(min(length, MAX_HEADER_BYTES))
    what = what or _other_response(fields, start)
    missing = length - len(start)
    if what or missing > MAX_RECORD_BYTES:
        source.check_end(shown, length, len(start) + source.skip(missing), b"")
        return what or Refusal(Origin(shown), _TOO_LARGE)
    block = start + source.take(missing)
    source.check_end(shown, length, len(block), block)
    try:
        return _page(block, fields, check_url("WARC-Target-URI", url), shown, budget)
    except ArchiveError:
        raise
    except ValueError as error:
        return Refusal(Origin(shown), str(error))


def _length(fields: StatusAndHeaders, name: str) -> int:
    """Return the length of the block of a record in bytes."""
    length = (fields.get_header("Content-Length") or "").strip()
    if not _LENGTH.fullmatch(length):
        raise _BrokenRecordError(
            name, f"the Content-Length of a record is {preview(length)}: expected a number of bytes"
        )
    return int(length)


def _other_record(fields: StatusAndHeaders, url: str) -> str | None:
    """Return what a record is that has neither a response of a web server nor a page; None if it may have one."""
    record_type = (fields.get_header("WARC-Type") or "").strip().lower()
    if record_type == "revisit":
        return REVISIT
    if record_type in {"response", "resource"} and _HTTP.match(url):
        return None
    return OTHER_RECORD


def _other_response(fields: StatusAndHeaders, start: bytes) -> str | None:
    """Return what a response is that has no page, by its first bytes; None if it has one."""
    if _is_resource(fields):
        return None if _media_type(fields) in _PAGE_TYPES - {""} else OTHER_TYPE
    status = _STATUS_LINE.match(start)
    if status is None:
        return OTHER_RECORD
    if status[1] != b"200":
        return OTHER_STATUS
    return None if _media_type(_http_headers(start)) in _PAGE_TYPES else OTHER_TYPE


def _is_resource(fields: StatusAndHeaders) -> bool:
    return (fields.get_header("WARC-Type") or "").strip().lower() == "resource"


def _media_type(headers: StatusAndHeaders) -> str:
    return parse_content_type(headers.get_header("Content-Type") or "")[0]


def _http_headers(block: bytes) -> StatusAndHeaders:
    end = _BLANK_LINE.search(block, 0, MAX_HEADER_BYTES)
    return _HEADERS.parse(BytesIO(block[: end.end()] if end else block[:MAX_HEADER_BYTES]))


def _is_binary(body: bytes, charset: str | None) -> bool:
    """Return whether a body is no text, whatever its server called it, as browsers tell (MIME Sniffing Standard)."""
    if body.startswith(GZIP_MARK):
        return False  # A page whose server forgot to say so.
    if file_kind(body[:_HEADER_BYTES]) is not None:
        return True
    is_wide = body.startswith(_WIDE_MARKS) or (charset or "").lower().startswith(("utf-16", "utf-32"))
    return not is_wide and _BINARY.search(body, 0, _SNIFFED_BYTES) is not None and _MARKUP.search(body) is None


def _page(block: bytes, fields: StatusAndHeaders, url: str, name: str, budget: UnpackBudget) -> InputFile | str:
    """Return the page in a block; raise ValueError if it cannot be read."""
    headers, body, is_cut = fields, block, False
    if not _is_resource(fields):
        end = _BLANK_LINE.search(block, 0, MAX_HEADER_BYTES)
        if end is None:
            raise UnreadableError("the HTTP headers of the page have no end: expected a blank line after them")
        headers = _http_headers(block)
        transfer, content = (headers.get_header(f"{kind}-Encoding") or "" for kind in ("Transfer", "Content"))
        body, is_cut = decode_body(block[end.end() :], transfer, content, budget, MAX_RECORD_BYTES)
    if len(body) > MAX_RECORD_BYTES:
        raise UnreadableError(_TOO_LARGE)
    content_type, charset = parse_content_type(headers.get_header("Content-Type") or "")
    if not body.strip() or _is_binary(body, charset):
        return OTHER_TYPE
    is_cut = is_cut or bool(fields.get_header("WARC-Truncated"))
    capture = Capture(url, content_type, charset, is_cut)
    return InputFile(name, body[:_HEADER_BYTES], BytesIO(body), None, capture)
