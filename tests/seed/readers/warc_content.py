"""Make WARC files: records, responses with pages, and their compression member by member."""

import gzip

PAGE = (
    b'<!doctype html><html lang="en"><title>Ferry sails again | The Harbour Gazette</title>'
    b'<meta property="og:site_name" content="The Harbour Gazette"><article><h1>Ferry sails again</h1>'
    b"<p>The ferry between the two harbours sailed again on Monday after nine days in port, the company said.</p>"
    b"</article></html>"
)
URL = "https://harbour-gazette.example/ferry"


def record(block: bytes, *fields: str, kind: str = "response", url: str = URL, length: object = None) -> bytes:
    """Return a record of this type with more fields, or with another length than that of its block."""
    size = len(block) if length is None else length
    header = ("WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", *fields, f"Content-Length: {size}")
    return "\r\n".join((*header, "", "")).encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK", content_type: str = "text/html") -> bytes:
    """Return an HTTP response."""
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers, "", "")).encode() + body


def response(body: bytes = PAGE, *headers: str, url: str = URL) -> bytes:
    """Return a record of a response with these HTTP headers."""
    return record(http(body, *headers), url=url)


def chunked(body: bytes, size: int, last: bytes = b"0\r\n\r\n") -> bytes:
    """Return a body in chunks of a size."""
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + last


def zipped(*records: bytes) -> bytes:
    """Return records compressed one by one, as crawlers do."""
    return b"".join(gzip.compress(content, mtime=0) for content in records)
