"""Decode what pages and servers declare as browsers do: a label names the encoding that the Encoding Standard gives it.

Pages called `gb2312` are in GBK, `iso-8859-9` in Windows-1254, `euc-kr` in Windows-949 (https://encoding.spec.whatwg.org).
"""

import codecs

import webencodings

from seed.readers.input.decoding import text_codec_name

_SUPERSETS = {"gbk": "gb18030", "x-user-defined": "cp1252"}
"""Decoders that differ from the codec of that name: the standard decodes GBK as GB 18030, and HTML reads what pages
declare as `x-user-defined` as Windows-1252."""

_UNDEFINED_IN_SHIFT_JIS = dict.fromkeys(range(0xF8F0, 0xF8F4), "\ufffd")
"""What Python's codec makes of the bytes 0xA0 and 0xFD to 0xFF, which the standard does not define."""

_FIRST_UNMAPPED_LETTER = 0xA0
_ERRORS = "dateline-undefined-byte"


def codec_of_label(label: str) -> str | None:
    """Return the name of Python's codec for a declared encoding; None if it is not one of text.

    Encodings that browsers do not know, such as most of DOS, keep their own name, and so do those of Unicode, whose
    byte order may be in the text.
    """
    codec = text_codec_name(label)
    # Some spell a label as Python does: `latin-1`.
    encoding = webencodings.lookup(label) or webencodings.lookup(codec or "")
    if encoding is None or encoding.name == "replacement" or encoding.name.startswith("utf-"):
        return codec
    return _SUPERSETS.get(encoding.name, encoding.codec_info.name)


def is_unicode_label(label: str) -> bool:
    """Return whether pages that declare this are UTF-8: a declaration in ASCII letters cannot be in UTF-16."""
    encoding = webencodings.lookup(label)
    return encoding is not None and encoding.name.startswith("utf-")


def decode_as_browsers(content: bytes, codec: str) -> str:
    """Return the text; an undefined byte becomes the control character of its number or else U+FFFD, as in browsers."""
    text = content.decode(codec, _ERRORS)
    return text.translate(_UNDEFINED_IN_SHIFT_JIS) if codec == "cp932" else text


def _replace_undefined(error: UnicodeError) -> tuple[str, int]:
    """Return the text for what a codec cannot decode, and the position where decoding goes on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start]
    # Python's codecs for the code pages of Windows leave some of 0x80 to 0x9F undefined, the standard none.
    if error.encoding == "charmap" and byte < _FIRST_UNMAPPED_LETTER:
        return chr(byte), error.start + 1
    return "\ufffd", error.end


codecs.register_error(_ERRORS, _replace_undefined)
