"""Bodies of states by the patterns of their names."""

import pytest

from app.text.state_bodies import PORTFOLIOS, StateBody, parse_body

STATES = {"sudan": "sudan", "sudanese": "sudan", "republic of sudan": "sudan", "us": "united-states"}
CITIES = {"cairo": "cairo"}


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("ministry of defence of sudan", "ministry-of-defence--sudan"),
        ("ministry of national defense of the republic of sudan", "ministry-of-defence--sudan"),
        ("ministry of the interior of sudan", "ministry-of-interior--sudan"),
        ("sudan ministry of foreign affairs", "ministry-of-foreign-affairs--sudan"),
        ("sudanese foreign ministry", "ministry-of-foreign-affairs--sudan"),
        ("foreign ministry of sudan", "ministry-of-foreign-affairs--sudan"),
        ("foreign ministry of the republic of sudan", "ministry-of-foreign-affairs--sudan"),
        ("us department of defense", "ministry-of-defence--united-states"),
        ("ministry of women's affairs of sudan", "ministry-of-womens-affairs--sudan"),
        ("ministry of women affairs of sudan", "ministry-of-womens-affairs--sudan"),
        ("government of the republic of sudan", "government--sudan"),
        ("sudanese government", "government--sudan"),
        ("embassy of sudan", "embassy--sudan"),
        ("sudanese embassy in cairo", "embassy-in-cairo--sudan"),
        ("embassy of sudan in the new capital city", "embassy-in-the-new-capital-city--sudan"),
        ("embassy of sudan in", None),
        ("embassy of sudan in a city of far too many words", None),
        ("embassy of the sea", None),
        ("ministry of magic of sudan", None),
        ("ministry of", None),
        ("ministry", None),
        ("sudanese ministry", None),
        ("defence ministry", None),
        ("ministry of defence of nowhere", None),
        ("defence ministry of sudan today", None),
        ("government", None),
        ("government of", None),
        ("army of sudan", "armed-forces--sudan"),
        ("sudanese army", "armed-forces--sudan"),
        ("sudan military", "armed-forces--sudan"),
        ("military of the republic of sudan", "armed-forces--sudan"),
        ("armed forces of sudan", "armed-forces--sudan"),
        ("sudanese defence forces", "armed-forces--sudan"),
        ("sudanese ground forces", "armed-forces--sudan"),
        ("sudanese navy", "navy--sudan"),
        ("sudan naval forces", "navy--sudan"),
        ("air force of sudan", "air-force--sudan"),
        ("us coast guard", "coast-guard--united-states"),
        ("national police of sudan", "police--sudan"),
        ("parliament of sudan", "parliament--sudan"),
        ("sudanese military operation", None),
        ("sudanese forces", None),
        ("forces", None),
        ("force of sudan", None),
        ("sudan", None),
    ],
)
def test_a_name_is_parsed_as_a_whole(text: str, id_: str | None) -> None:
    body = parse_body(text.split(), STATES.get, CITIES.get)
    assert (body and body.id) == id_


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (StateBody("ministry", "sudan", "foreign affairs"), "Ministry of Foreign Affairs of Sudan"),
        (StateBody("ministry", "sudan", "women's affairs"), "Ministry of Women's Affairs of Sudan"),
        (StateBody("ministry", "sudan", "youth and sports"), "Ministry of Youth and Sports of Sudan"),
        (StateBody("government", "sudan"), "Government of Sudan"),
        (StateBody("army", "sudan"), "Armed Forces of Sudan"),
        (StateBody("air force", "sudan"), "Air Force of Sudan"),
        (StateBody("embassy", "sudan", city="cairo"), "Embassy of Sudan in Cairo"),
    ],
)
def test_a_body_has_an_english_name(body: StateBody, name: str) -> None:
    assert body.name("Sudan", "Cairo" if body.city else "") == name


def test_no_portfolio_has_the_name_of_another() -> None:
    names = [name for names in PORTFOLIOS for name in names]
    assert len(names) == len(set(names))
    assert all(name == name.lower() for name in names)
