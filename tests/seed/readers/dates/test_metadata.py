"""Dates in metadata, and text that was decoded wrongly."""

import re

import pytest

from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import encoding_notes

DAY = "2019-03-04"

MOMENTS = {
    "2019": ("2019", None, None, None),
    "2019-03": ("2019-03", None, None, None),
    DAY: (DAY, None, None, None),
    "20190304": (DAY, None, None, None),
    "2019-03-04T18:30:00Z": (DAY, 1_551_724_200, 66_600, "UTC"),
    "2019-03-04T18:30:00.123456Z": (DAY, 1_551_724_200, 66_600, "UTC"),
    "2019-03-04 18:30:00+0100": (DAY, 1_551_720_600, 66_600, "+01:00"),
    "2019-03-04 18:30 +01": (DAY, 1_551_720_600, 66_600, "+01:00"),
    "2019-03-04T18:30:00 GMT": (DAY, 1_551_724_200, 66_600, "UTC"),
    "2019-03-04 18:30:00": (DAY, None, 66_600, None),
    "Mon, 04 Mar 2019 18:30:00 GMT": (DAY, 1_551_724_200, 66_600, "GMT"),
    "Mon, 04 Mar 2019 18:30:00 +0100": (DAY, 1_551_720_600, 66_600, "+0100"),
    "4 Mar 2019 18:30 EST": (DAY, 1_551_742_200, 66_600, "EST"),
    "March 4, 2019": (DAY, None, None, None),
    "04.03.2019": (DAY, None, None, None),
    "3/25/2019": ("2019-03-25", None, None, None),
    "29/01/2020 05:33": ("2020-01-29", None, 19_980, None),
    "Jan 29,   2020 @ 05:33:50.000": ("2020-01-29", None, 20_030, None),
    "4-Mar-19": (DAY, None, None, None),
    "20190304T233000Z": (DAY, 1_551_742_200, 84_600, "UTC"),
    "20190304233000": (DAY, None, 84_600, None),
    "2019-03-04T18:30:00.000+01:00[Europe/Oslo]": (DAY, 1_551_720_600, 66_600, "+01:00"),
    "2019-03-04 6:30": (DAY, None, 23_400, None),
    "1551724200": (DAY, 1_551_724_200, 66_600, "UTC"),
    "1551724200.75": (DAY, 1_551_724_200, 66_600, "UTC"),
    "1551724200123": (DAY, 1_551_724_200, 66_600, "UTC"),
    "1551724200123456": (DAY, 1_551_724_200, 66_600, "UTC"),
    "1551724200123456789": (DAY, 1_551_724_200, 66_600, "UTC"),
    "1551657600000": (DAY, None, None, None),
    "1551657600000000000": (DAY, None, None, None),
    "/Date(1551724200000)/": (DAY, 1_551_724_200, 66_600, "UTC"),
}


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment(text: str) -> None:
    found = parse_date("published", text)
    assert (found.on, found.at, found.local_time, found.zone) == MOMENTS[text]
    assert found.basis == "metadata"


@pytest.mark.parametrize(
    "value",
    [
        *(1551724200, 1551724200.0, 1551724200123, {"$date": "2019-03-04T18:30:00Z"}),
        {"$date": {"$numberLong": "1551724200000"}},
    ],
)
def test_a_number_or_object_of_json_may_be_a_moment(value: object) -> None:
    found = parse_date("published", value)
    assert (found.on, found.at, found.zone) == (DAY, 1_551_724_200, "UTC")


def test_a_number_may_be_a_day() -> None:
    assert {parse_date("published", value).on for value in (20190304, 1551657600, 1551657600000)} == {DAY}


@pytest.mark.parametrize("value", ["43528", 43528, "43528.77", 43528.77, "43528,5"])
def test_the_day_number_of_a_spreadsheet_is_named(value: object) -> None:
    with pytest.raises(ValueError, match="as the day number of a spreadsheet it would be 2019-03-04"):
        parse_date("published", value)


@pytest.mark.parametrize("value", [2019, True, 1.5, float("nan"), float("inf"), -1551724200, [], {"$date": None}])
def test_other_numbers_and_objects_are_no_dates(value: object) -> None:
    with pytest.raises(ValueError, match="expected a line of text"):
        parse_date("published", value)


@pytest.mark.parametrize(
    "value",
    [
        "03/04/2019",
        "31/04/2019",
        "0000-00-00",
        "201903043",
        "99999999999999999999",
        "20191304",
        "2019-02-30 10:00:00",
        "2019-03-04 25:00:00",
        "2019-03-04T10:00+99:00",
        "soon",
        7,
        "1" * 90,
    ],
)
def test_what_says_no_one_thing_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="published"):
        parse_date("published", value)


def broken(text: str, encoding: str = "cp1252") -> str:
    """Return a text in UTF-8 that was decoded in another encoding."""
    return text.encode().decode(encoding, "replace")


@pytest.mark.parametrize(
    "text",
    [
        broken("it’s"),
        broken("café"),
        broken("Привет, мир", "latin-1"),
        broken("Привет, мир", "cp1251"),
        broken("مرحبا", "latin-1"),
        broken("\ufeffText"),
        broken("5\u00a0km"),
    ],
)
def test_mojibake_is_marked(text: str) -> None:
    (found, *_) = encoding_notes("text", text)
    assert found.startswith(("text looks like UTF-8 that was decoded in another encoding", "text has U+FFFD"))


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "it’s a café in São Paulo",
        "“CAFÉ” – “MAÇÔ…",
        "Привет, мир. Россия. РФ, СССР",
        "Ñandú Ó Øystein â‚ Â 5",
        "MAÇÃ… «É»",
        "Реактивная система залпового огня",
        "Œuvre à «\u00a0Paris\u00a0»",
        "مرحبا",
        "ГРУ, СВР и ФСБ: «С» – «Р»",
    ],
)
def test_good_text_is_not(text: str) -> None:
    assert encoding_notes("text", text) == ()


def test_lost_characters_are_marked() -> None:
    assert encoding_notes("title", "caf\ufffd") == ("title has U+FFFD: characters were lost before it was loaded",)


@pytest.mark.parametrize(
    "value",
    [
        *("0001-01-01", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "1/1/0001 00:00:00"),
        *("1970-01-01T00:00:00Z", "1970-01-01 00:00:00", "1969-12-31T19:00:00-05:00", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ],
)
def test_what_programs_write_for_a_missing_date_is_none(value: str) -> None:
    with pytest.raises(ValueError, match=r"is what programs write for a missing date|is not a date"):
        parse_date("published", value)


@pytest.mark.parametrize("value", ["1970-01-01", "1970-01-01T08:00:00Z", "1 January 1970"])
def test_a_report_of_1970_has_its_date(value: str) -> None:
    assert parse_date("published", value).on == "1970-01-01"


@pytest.mark.parametrize("value", [["2019-03-04"], [{"$date": "2019-03-04T18:30:00Z"}], [20190304]])
def test_a_date_may_be_the_only_item_of_a_list(value: object) -> None:
    assert parse_date("published", value).on == DAY


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "published is []: expected a line of text"),
        (["2019-03-04", "2019-03-05"], "published is ['2019-03-04', '2019-03-05']: expected a line of text"),
        (1234, "published is 1234: expected a line of text, or a number of seconds or milliseconds since 1970"),
        (2019, 'since 1970; a year is a text, too: "2019"'),
    ],
)
def test_the_message_says_what_a_date_could_be(value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        parse_date("published", value)


@pytest.mark.parametrize("zone", ["+99:00", "+15:00", "-1430", "+10:75"])
@pytest.mark.parametrize("value", ["2019-03-04T18:30:00{}", "2019-03-04T18:30{}", "2019-03-04 18:30:00.5 {}"])
def test_a_zone_that_does_not_exist_is_named(value: str, zone: str) -> None:
    with pytest.raises(ValueError, match="has no zone that exists: expected Z or an offset up to ±14:00"):
        parse_date("published", value.format(zone))
