"""The requests of one connection as h11 parses them: checked (RFC 9110, RFC 9112), and in one form for the app."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import h11

from app.http.problems import URL_TOO_LONG, ProblemType, status_problem_type

# A URL of the maximum length, and as much for cookies and other fields that proxies and browsers add.
MAX_HEADER_BYTES = 32_768
"""Maximum size of the request line and the header fields together."""

Headers = list[tuple[bytes, bytes]]

_ABSOLUTE_FORM = re.compile(rb"https?://([^/?#@]+)([/?].*)?", re.IGNORECASE)
_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Za-z.:]+\])(?::[0-9]*)?")

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
    """A request is refused with this status and this sentence."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class RequestParser(h11.Connection):
    """h11's connection of a server, which hands out requests in origin form and reports those that it refuses."""

    def __init__(self, max_header_bytes: int, refuse: Callable[[Refusal], None]) -> None:
        super().__init__(h11.SERVER, max_header_bytes)
        self._max_header_bytes = max_header_bytes
        self._refuse = refuse

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return the next event, or NEED_DATA after a request that was refused."""
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            return self._refused(self._problem_type(error.error_status_hint), _explanation(error), ())
        if type(event) is not h11.Request:
            return event
        try:
            return _checked(event, self._max_header_bytes)
        except _RefusedError as error:
            return self._refused(status_problem_type(error.status), str(error), event.headers)

    def _problem_type(self, status: int) -> ProblemType:
        # The part that was too long is still in the buffer, and had no end of its first line.
        is_url_too_long = status == 431 and b"\n" not in self.trailing_data[0]
        return URL_TOO_LONG if is_url_too_long else status_problem_type(status)

    def _refused(self, type_: ProblemType, detail: str, headers: Iterable[tuple[bytes, bytes]]) -> type[h11.NEED_DATA]:
        self._refuse(Refusal(type_, detail, list(headers)))
        return h11.NEED_DATA


def _explanation(error: h11.RemoteProtocolError) -> str:
    # Some messages end with the bytes that the client sent.
    return f"The request is not valid HTTP/1.1: {str(error).partition(': bytearray')[0]}."


def _checked(request: h11.Request, max_header_bytes: int) -> h11.Request:
    """Return a request with a target in origin form; raise _RefusedError if it is not to be answered."""
    if not request.http_version.startswith(b"1."):
        version = request.http_version.decode()
        raise _RefusedError(505, f"Dateline speaks HTTP/1.1 and HTTP/1.0, not HTTP/{version}.")
    if request.method == b"CONNECT":
        raise _RefusedError(501, "Dateline is not a proxy: CONNECT is not supported.")
    headers = dict(request.headers)
    if len(request.target) + sum(len(name) + len(value) for name, value in request.headers) > max_header_bytes:
        raise _RefusedError(431, f"The header of the request exceeds the limit of {max_header_bytes:,} bytes.")
    if not request.target.startswith(b"/"):
        request = _in_origin_form(request)
        headers = dict(request.headers)
    if not _HOST.fullmatch(headers.get(b"host", b"")):
        raise _RefusedError(400, "The Host header is not a valid host name with an optional port.")
    if b"transfer-encoding" in headers and (b"content-length" in headers or request.http_version == b"1.0"):
        # Two servers could disagree where such a request ends (RFC 9112, 6.1).
        raise _RefusedError(400, "Transfer-Encoding is allowed neither with Content-Length nor in HTTP/1.0.")
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
        raise _RefusedError(400, "The target of the request is neither a path nor an http URL.")
    return h11.Request(method=request.method, headers=headers, target=target, http_version=request.http_version)
