"""The transforms of recipes: what each makes of what tools have there, and that it leaves other values alone."""

import pytest

from seed.readers.fields.transforms import TRANSFORMS, plain_markdown
from seed.records import Published


@pytest.mark.parametrize(
    ("name", "value", "argument", "result"),
    [
        ("html", "<p>One</p>", "", "One"),
        ("html", ["<p>One</p>", 1, "Two"], "", "One\n\nTwo"),
        ("html", 1, "", 1),
        ("first", [None, "", "x", "y"], "", "x"),
        ("first", [], "", None),
        ("first", "x", "", "x"),
        ("paragraphs", [{"headline": ["A"], "paragraphs": ["B ", " "]}, "C", 1], "", "A\n\nB\n\nC"),
        ("paragraphs", "x", "", "x"),
        ("spans", ["a", {"text": "b"}, {"type": "x"}, 1], "", "ab"),
        ("spans", "x", "", "x"),
        ("string", 7, "", "7"),
        ("string", True, "", None),
        ("string", {"a": 1}, "", None),
        ("inverted-names", "Byrne, Ada; Li, Jo;", "", ["Ada Byrne", "Jo Li"]),
        ("inverted-names", "Harbour Council; Byrne, Ada, Jr", "", ["Harbour Council", "Byrne, Ada, Jr"]),
        ("inverted-names", "Byrne,", "", ["Byrne,"]),
        ("inverted-names", 1, "", 1),
        ("persons", [{"first": "Ada", "last": "Byrne"}, {"last": None}, "x"], "first last", ["Ada Byrne"]),
        ("persons", "x", "first last", []),
        ("linked-names", [{"name": "Ada Byrne"}], "", ["Ada Byrne"]),
        ("linked-name", {"name": "Quay"}, "", "Quay"),
        ("linked-url", {"@id": "https://quay.example/"}, "", "https://quay.example/"),
        ("epoch", "some day", "", "some day"),
        ("epoch", 0, "", None),
        ("epoch", True, "", None),
        ("epoch", "inf", "", None),
        ("epoch", "nan", "", None),
        ("epoch", 1e18, "", None),
        ("epoch", ["x"], "", None),
        ("utc", "some day", "", "some day"),
        ("utc", "2019-03-04", "", "2019-03-04"),
        ("utc", "2019-03-04T18:30:00+01:00", "", "2019-03-04T18:30:00+01:00"),
        ("offset-from", "2019-03-04T18:30:00", None, "2019-03-04T18:30:00"),
        ("offset-from", "2019-03-04", "2019-03-04T18:30:00", "2019-03-04"),
        ("offset-from", "2019-03-04T18:30:00Z", "2019-03-04T18:30:00", "2019-03-04T18:30:00Z"),
        ("basic-iso", "20190304T233000Z", "", "2019-03-04T23:30:00Z"),
        ("basic-iso", "20190304233000", "", "2019-03-04T23:30:00"),
        ("basic-iso", "2019-03-04 23:30:00", "", "2019-03-04 23:30:00"),
        ("basic-iso", 1, "", 1),
        ("day", "2019-03-04T00:00:00", "", "2019-03-04"),
        ("day", "2019-03-04 00:00:00.000000", "", "2019-03-04"),
        ("day", "2019-03-04T00:00:01", "", "2019-03-04T00:00:01"),
        ("day", "2019-03-04T00:00:00+00:00", "", "2019-03-04T00:00:00+00:00"),
        ("day", 1, "", 1),
        ("markdown", "# One", "", "One"),
        ("markdown", 1, "", 1),
    ],
)
def test_a_transform_returns(name: str, value: object, argument: object, result: object) -> None:
    assert TRANSFORMS[name](value, argument) == result


@pytest.mark.parametrize(
    ("name", "value", "argument", "zone", "time", "at"),
    [
        ("epoch", 1_551_742_200, "", "UTC", 84_600, 1_551_742_200),
        ("epoch", "1551742200", "", "UTC", 84_600, 1_551_742_200),
        ("epoch", 1_551_742_200.9, "", "UTC", 84_600, 1_551_742_200),
        ("epoch", 1_551_742_200_123, "ms", "UTC", 84_600, 1_551_742_200),
        ("epoch", "1551742200123456", "us", "UTC", 84_600, 1_551_742_200),
        ("utc", "2019-03-04 23:30:00", "", "UTC", 84_600, 1_551_742_200),
        ("offset-from", "2019-03-04 18:30:00", "2019-03-04 23:30:00", "-05:00", 66_600, 1_551_742_200),
        ("offset-from", "2019-03-05 05:15:00", "2019-03-04T23:30:00Z", "+05:45", 18_900, 1_551_742_200),
        ("offset-from", "2019-03-04 23:30:00", "2019-03-04 23:30:00", "+00:00", 84_600, 1_551_742_200),
        ("offset-from", "2019-03-04 18:31:00", "2019-03-04 23:30:00", "UTC", 84_600, 1_551_742_200),
        ("offset-from", "2019-03-01 18:30:00", "2019-03-04 23:30:00", "UTC", 84_600, 1_551_742_200),
    ],
)
def test_a_transform_returns_an_instant(
    name: str, value: object, argument: object, zone: str, time: int, at: int
) -> None:
    date = TRANSFORMS[name](value, argument)
    assert isinstance(date, Published)
    assert (date.zone, date.local_time, date.at) == (zone, time, at)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        (
            "## Bread\n\nIt **sails** *today* and __tomorrow__ or _never_.",
            "Bread\n\nIt sails today and tomorrow or never.",
        ),
        ("> She said\n> it.", "She said\nit."),
        ("[The pier](https://quay.example/a) ![a picture](x.png)stood.", "The pier stood."),
        ('[The pier](https://quay.example/a "title").', "The pier."),
        ("`code` and ~~old~~ text", "code and old text"),
        (r"5 \* 3, a\_b and \[x\]", "5 * 3, a_b and [x]"),
        ("snake_case_name, 2 * 3 * 4, a*b*c", "snake_case_name, 2 * 3 * 4, a*b*c"),
        ("- one\n- two\n\n\n\nthree", "- one\n- two\n\nthree"),
        ("***both***", "both"),
        ("#hashtag and # sign", "#hashtag and # sign"),
    ],
)
def test_markdown_becomes_text(markdown: str, text: str) -> None:
    assert plain_markdown(markdown) == text
