"""Time zones as pages print them."""

from seed.dates import utc_offset_minutes

ZONE_OFFSETS: dict[str, int | None] = {
    name: minutes
    for minutes, names in {
        0: "UTC GMT Z WET",
        60: "BST WEST CET MEZ",
        120: "CEST EET MESZ",
        180: "EEST MSK TRT МСК",
        420: "WIB",
        480: "WITA HKT SGT",
        540: "JST KST WIT",
        600: "AEST",
        660: "AEDT",
        720: "NZST",
        780: "NZDT",
        -180: "BRT ART",
        -240: "EDT",
        -300: "EST CDT",
        -360: "MDT",
        -420: "MST PDT",
        -480: "PST",
        None: "ET CT MT PT CST IST AST ADT GST AMT SST",
    }.items()
    for name in names.split()
}
"""Minutes east of UTC by abbreviation as printed; None if it stands for several zones or both seasons."""

_MOSCOW = {"MSK", "МСК"}
_MOSCOW_PLUS_4 = ("2011-03-27", "2014-10-26")  # Between these days Moscow was four hours ahead of UTC.


_INDIAN_LANGUAGES = frozenset({"bn", "gu", "hi", "kn", "ml", "mr", "or", "pa", "ta", "te"})


def zone_offset(zone: str, on: str, language: str | None = None) -> int | None:
    """Return the minutes east of UTC that an abbreviation meant on a day; None if it is unknown or ambiguous.

    The language of a page may decide: IST is the time of India in Hindi, and that of Israel or Ireland elsewhere.
    """
    if zone == "IST" and language in _INDIAN_LANGUAGES:
        return 330
    if zone in _MOSCOW and _MOSCOW_PLUS_4[0] <= on < _MOSCOW_PLUS_4[1]:
        return 240
    return ZONE_OFFSETS.get(zone)


def numeric_offset(sign: str, digits: str) -> int | None:
    """Return the minutes east of UTC of an offset such as `+5`, `+0530` or `+05:30`; None if no zone has it."""
    hours, _, minutes = digits.partition(":")
    if not minutes and len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    return utc_offset_minutes(sign, int(hours), int(minutes or 0))
