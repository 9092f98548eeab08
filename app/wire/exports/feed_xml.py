"""Writers of XML 1.0 elements."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that an XML 1.0 document must not contain, not even as references (section 2.2)."""

# Otherwise a parser would read a carriage return as a line feed.
_ESCAPES = {"\r": "&#13;"}


def element(name: str, text: str | None = None, /, **attributes: str | None) -> str:
    """Return an element on its own line, empty if the text is None; attributes that are None are left out."""
    opened = f"<{name}{_attributes(attributes)}"
    return (
        f"{opened}/>\n" if text is None else f"{opened}>{escape(replace_illegal_characters(text), _ESCAPES)}</{name}>\n"
    )


def optional_element(name: str, text: str | None) -> str:
    """Return an element with this text, or an empty string if the text is None or empty."""
    return element(name, text) if text else ""


def start_tag(name: str, /, **attributes: str | None) -> str:
    """Return the start tag of an element on its own line."""
    return f"<{name}{_attributes(attributes)}>\n"


def replace_illegal_characters(text: str) -> str:
    """Return the text with U+FFFD in place of the characters that XML cannot represent."""
    return _ILLEGAL.sub("\ufffd", text)


def _attributes(attributes: Mapping[str, str | None]) -> str:
    return "".join(
        f" {name}={quoteattr(replace_illegal_characters(value))}"
        for name, value in attributes.items()
        if value is not None
    )
