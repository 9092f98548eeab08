"""A small web site on loopback, in a thread: it answers what a test specifies, byte by byte if needed."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Send = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: path with query, and headers by lowercase name."""

    path: str
    headers: dict[str, str]


Page = Callable[[Asked, Send], None]


@dataclass
class Site:
    """Pages by path, and all requests so far; any other path is a 404."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, host: str = "harbour.example") -> str:
        """Return the URL of a path on a host of that name."""
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """Return the requested paths without robots.txt."""
        return [asked.path for asked in self.requests if asked.path != "/robots.txt"]


def answer(body: bytes | str = b"", *, status: int = 200, **headers: str) -> Page:
    """Return a constant page; header names have `_` for `-`."""
    content = body.encode() if isinstance(body, str) else body
    head = {"content-length": str(len(content)), **{name.replace("_", "-"): value for name, value in headers.items()}}

    def page(_asked: Asked, send: Send) -> None:
        rows = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in head.items() if value)]
        send("\r\n".join(rows).encode("latin-1") + b"\r\n\r\n" + content)

    return page


def redirect(target: str, status: int = 302) -> Page:
    """Return a page that redirects."""
    return answer(status=status, location=target)


def in_turn(*pages: Page) -> Page:
    """Return a page that differs each time; the last one stays."""
    left = list(pages)

    def page(asked: Asked, send: Send) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(asked, send)

    return page


def conditional(body: bytes | str, **validators: Any) -> Page:  # noqa: ANN401 - headers, as `answer` takes them
    """Return a page that is sent only to clients that do not have it: `etag`, `last_modified`."""
    conditions = {"etag": "if-none-match", "last_modified": "if-modified-since"}

    def page(asked: Asked, send: Send) -> None:
        same = any(asked.headers.get(conditions[name]) == value for name, value in validators.items())
        (answer(status=304, **validators) if same else answer(body, **validators))(asked, send)

    return page


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a site during a test, and leave nothing of it running."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            first, *rows = _head(self.rfile)
            asked = Asked(first.split(" ")[1], dict(_headers(rows)))
            site.requests.append(asked)
            with suppress(OSError):  # the client has read enough
                site.pages.get(asked.path, answer("Nothing here.", status=404))(asked, self.request.sendall)

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()

    with _Server(("127.0.0.1", 0), Handler) as server:
        site = Site(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.closing.set()
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    block_on_close = True


def _head(stream: Any) -> list[str]:  # noqa: ANN401 - a file of a socket
    rows: list[str] = []
    while row := stream.readline(65_536).decode("latin-1").rstrip("\r\n"):
        rows.append(row)
    return rows or ["GET / HTTP/1.1"]


def _headers(rows: list[str]) -> Iterator[tuple[str, str]]:
    for row in rows:
        name, _, value = row.partition(":")
        yield name.strip().lower(), value.strip()
