"""The requests of one connection as h11 parses them: checked (RFC 9110, RFC 9112), and in one form for the app."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import h11

from app.http.middleware import MAX_URL_BYTES
from app.http.problems import URL_TOO_LONG, ProblemType, status_problem_type

# A URL of the maximum length, and as much for cookies and other fields that proxies and browsers add.
MAX_HEADER_BYTES = 32_768
"""Maximum size of the request line and the header fields together."""

Headers = list[tuple[bytes, bytes]]

_ABSOLUTE_FORM = re.compile(rb"https?://([^/?#@]+)([/?].*)?", re.IGNORECASE)
_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Za-z.:]+\])(?::[0-9]*)?")

# A field without spaces, as origins and request ids are. The first line is that of the request, the last one may be
# incomplete.
_FIELD = re.compile(rb"(?<=\n)([A-Za-z0-9-]+):[ \t]*([\x21-\x7e]+)[ \t]*\r?(?=\n)")

BAD_REQUEST, HEADER_TOO_LARGE, NOT_IMPLEMENTED, VERSION_NOT_SUPPORTED = map(status_problem_type, (400, 431, 501, 505))

# Every resource allows the methods of this one, and it is the cheapest.
_WHOLE_SERVER = b"/livez"
"""The path whose OPTIONS answers `OPTIONS *`, which is about the server as a whole."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The problem with which a request is refused, and the header fields of the request if they could be read."""

    type: ProblemType
    detail: str
    headers: Headers


class _RefusedError(Exception):
    """A request is refused with this problem and this sentence."""

    def __init__(self, type_: ProblemType, detail: str) -> None:
        super().__init__(detail)
        self.type = type_


class RequestParser(h11.Connection):
    """h11's connection of a server, which hands out requests in origin form and reports those that it refuses."""

    def __init__(self, max_header_bytes: int, refuse: Callable[[Refusal], None]) -> None:
        super().__init__(h11.SERVER, max_header_bytes)
        self._max_header_bytes = max_header_bytes
        self._refuse = refuse
        self._last_bytes = 0

    def receive_data(self, data: bytes) -> None:
        """Take what the client has sent."""
        self._last_bytes = len(data)
        super().receive_data(data)

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return the next event, or NEED_DATA after a request that was refused."""
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            return self._refused_unread(error)
        if type(event) is not h11.Request:
            return event
        try:
            if self._last_bytes > self._max_header_bytes:
                self._check_size(event)
            return _checked(event)
        except _RefusedError as error:
            return self._refused(error.type, str(error), event.headers)

    def unread_headers(self) -> Headers:
        """Return the plain header fields of what the client has sent and was not read as a request."""
        header, _, _ = self.trailing_data[0].partition(b"\r\n\r\n")
        return [(name.lower(), value) for name, value in _FIELD.findall(header)]

    def _check_size(self, request: h11.Request) -> None:
        """Raise _RefusedError for a header that is too large; h11 notices only those that arrive in pieces."""
        size = len(request.target) + sum(len(name) + len(value) for name, value in request.headers)
        if size > self._max_header_bytes:
            raise _too_large(len(request.target), self._max_header_bytes)

    def _refused_unread(self, error: h11.RemoteProtocolError) -> type[h11.NEED_DATA]:
        """Refuse what is not a request."""
        if error.error_status_hint == HEADER_TOO_LARGE.status:
            too_large = _too_large(len(self.trailing_data[0].partition(b"\n")[0]), self._max_header_bytes)
            return self._refused(too_large.type, str(too_large), self.unread_headers())
        # Some messages end with the bytes that the client sent.
        detail = f"The request cannot be read: {str(error).partition(': bytearray')[0]}."
        return self._refused(status_problem_type(error.error_status_hint), detail, self.unread_headers())

    def _refused(self, type_: ProblemType, detail: str, headers: Iterable[tuple[bytes, bytes]]) -> type[h11.NEED_DATA]:
        self._refuse(Refusal(type_, detail, list(headers)))
        return h11.NEED_DATA


def _too_large(url_bytes: int, max_header_bytes: int) -> _RefusedError:
    """Return the refusal of a header that is too large: because of its URL, or because of its fields."""
    type_ = URL_TOO_LONG if url_bytes > MAX_URL_BYTES else HEADER_TOO_LARGE
    return _RefusedError(type_, f"The header of the request exceeds the limit of {max_header_bytes:,} bytes.")


def _checked(request: h11.Request) -> h11.Request:
    """Return a request with a target in origin form; raise _RefusedError if it is not to be answered."""
    if request.http_version[:2] != b"1.":
        version = request.http_version.decode()
        raise _RefusedError(VERSION_NOT_SUPPORTED, f"Dateline speaks HTTP/1.1 and HTTP/1.0, not HTTP/{version}.")
    if request.method == b"CONNECT":
        raise _RefusedError(NOT_IMPLEMENTED, "Dateline is not a proxy: CONNECT is not supported.")
    if request.target[:1] != b"/":
        request = _in_origin_form(request)
    # Much faster than to iterate over the headers, which are no list.
    headers = {name.lower(): value for name, value in request.headers.raw_items()}
    if not _HOST.fullmatch(headers.get(b"host", b"")):
        raise _RefusedError(BAD_REQUEST, "The Host header is not a valid host name with an optional port.")
    if b"transfer-encoding" in headers and (b"content-length" in headers or request.http_version == b"1.0"):
        # Two servers could disagree where such a request ends (RFC 9112, 6.1).
        detail = "Transfer-Encoding is allowed neither with Content-Length nor in HTTP/1.0."
        raise _RefusedError(BAD_REQUEST, detail)
    return request


def _in_origin_form(request: h11.Request) -> h11.Request:
    """Return a request whose target was in absolute or asterisk form; the target's host replaces the Host header."""
    headers = list(request.headers)
    is_options = request.method == b"OPTIONS"
    if match := _ABSOLUTE_FORM.fullmatch(request.target):
        host, rest = match[1], match[2] or (b"*" if is_options else b"/")
        headers = [(b"host", host), *((name, value) for name, value in headers if name != b"host")]
        target = rest if rest[:1] in b"/*" else b"/" + rest
    else:
        target = request.target
    if target == b"*" and is_options:
        target = _WHOLE_SERVER
    if not target.startswith(b"/"):
        raise _RefusedError(BAD_REQUEST, "The target of the request is neither a path nor an http URL.")
    return h11.Request(method=request.method, headers=headers, target=target, http_version=request.http_version)
