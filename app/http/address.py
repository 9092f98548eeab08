"""The address at which clients see this server: scheme, host and root path, from the public URL or the request.

Everything below the middleware reads the address from the request: absolute URLs, the cache key, the ETag.
"""

from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from app.hosts import Authority, is_host_in, parse_authority
from app.http.problems import MISDIRECTED_REQUEST, problem_response
from app.http.request_url import HEALTH_PATHS, route_path, with_root_path
from app.settings import Settings


class AddressMiddleware:
    """Gives each request the public address of its resource, and refuses those for hosts that are not served here."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        public = urlsplit(settings.public_url or "")
        self._scheme = public.scheme
        self._authority = parse_authority(public.netloc, public.scheme) if settings.public_url else None
        self._root_path = unquote(public.path)
        self._hosts = settings.allowed_hosts
        if self._hosts and self._authority:
            self._hosts = (*self._hosts, self._authority.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its address, or answer 421 if hosts are named and its own is not one of them."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope = with_root_path(scope, self._root_path)
        try:
            authority = host_of_request(scope) or host_of_server(scope)
            is_served = not self._hosts or (authority is not None and is_host_in(authority.host, self._hosts))
        except ValueError:
            authority, is_served = host_of_server(scope), not self._hosts
        if not is_served and route_path(scope) not in HEALTH_PATHS:
            response = problem_response(MISDIRECTED_REQUEST, "This server does not serve the host of the request.")
            return await response(scope, receive, send)
        scheme = self._scheme or scope["scheme"]
        return await self.app(_with_origin(scope, scheme, self._authority or authority), receive, send)


def host_of_request(scope: Scope) -> Authority | None:
    """Return host and port that a request is for, None if it names none; raise ValueError if they are not valid."""
    hosts = [value.strip(b" \t") for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1:
        raise ValueError("more than one Host header")
    return parse_authority(hosts[0].decode("latin-1"), scope["scheme"]) if hosts and hosts[0] else None


def host_of_server(scope: Scope) -> Authority | None:
    """Return address and port that a client connected to; None if that is a Unix socket."""
    host, port = scope.get("server") or ("", None)
    if port is None:
        return None
    # A link-local address of IPv6 names an interface of this machine.
    host = host.partition("%")[0]
    return parse_authority(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", scope["scheme"])


def _with_origin(scope: Scope, scheme: str, authority: Authority | None) -> Scope:
    """Return a scope with this scheme and with one `Host` in its normal form; with none if it is not known."""
    headers = [pair for pair in scope["headers"] if pair[0] != b"host"]
    if authority is not None:
        headers.append((b"host", authority.text.encode()))
    return {**scope, "scheme": scheme, "headers": headers}
