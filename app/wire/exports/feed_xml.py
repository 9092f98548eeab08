"""Text as XML 1.0."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even as a reference (2.2)."""


_RETURN = {"\r": "&#13;"}
"""A parser would read a bare carriage return as a line feed."""


def element(name: str, text: str | None = None, /, **attributes: str | None) -> str:
    """Return an element on a line of its own, without content if the text is None; so are attributes left out."""
    begin = f"<{name}{_written(attributes)}"
    return f"{begin}/>\n" if text is None else f"{begin}>{escape(legal(text), _RETURN)}</{name}>\n"


def given(name: str, text: str | None) -> str:
    """Return an element of this text, or nothing if it is None or empty: what is unknown is left out."""
    return element(name, text) if text else ""


def start(name: str, /, **attributes: str | None) -> str:
    """Return the start of an element whose content follows."""
    return f"<{name}{_written(attributes)}>\n"


def legal(text: str) -> str:
    """Return a text with U+FFFD in place of characters that XML cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)


def _written(attributes: Mapping[str, str | None]) -> str:
    return "".join(f" {name}={quoteattr(legal(value))}" for name, value in attributes.items() if value is not None)
