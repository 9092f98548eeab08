"""Text that was decoded wrongly before it came here: it is marked, and stays as it is."""

import re

# What the bytes 0x80 to 0xBF, which continue a character in UTF-8, become in Windows-1252 and Latin-1.
_REST = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# The same in Windows-1251, as far as Russian text does not have them behind a capital Р or С.
_REST_1251 = "ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґєјЅѕї°±µ¶·№»‚„…†‡€‰‹‘’“”•–—™›\u00a0¤¦§©«¬\u00ad®"
# A pattern for each beginning, so that text without it costs next to nothing.
_MOJIBAKE = {
    beginning: re.compile(beginning + rest)
    for beginning, rest in {
        "Ã": rf"(?<![A-ZÀ-Þ]Ã)[{_REST}]",
        "Â": r"(?<![A-ZÀ-Þ]Â)[\u00a0-\u00bf]",
        "â€": rf"[{_REST}]",
        "Ð": rf"[{_REST}][ÐÑ][{_REST}]",
        "Ñ": rf"[{_REST}][ÐÑ][{_REST}]",
        "Ø": rf"[{_REST}][ØÙ][{_REST}]",
        "Ù": rf"[{_REST}][ØÙ][{_REST}]",
        "ï»¿": "",
        "ï¿½": "",
        "Р": rf"[{_REST_1251}](?:[РС][{_REST_1251}]){{2}}",
        "С": rf"[{_REST_1251}](?:[РС][{_REST_1251}]){{2}}",
    }.items()
}
_LOST = "\N{REPLACEMENT CHARACTER}"


def doubts(field: str, text: str) -> tuple[str, ...]:
    """What a person should know about the characters of a text: mojibake, and characters lost before."""
    if text.isascii():
        return ()
    found = []
    if _LOST in text:
        found.append(f"{field} has U+FFFD, where characters were lost before it came here")
    matches = (pattern.search(text) for beginning, pattern in _MOJIBAKE.items() if beginning in text)
    if match := next(filter(None, matches), None):
        found.append(f"{field} looks like UTF-8 that was read in another encoding ({match[0]!r}); it is kept as it is")
    return tuple(found)
