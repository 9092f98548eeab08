"""Ministries, governments and embassies in texts."""

import pytest

from seed.extract import Annotator


def links(annotator: Annotator, text: str) -> list[tuple[str, str | None]]:
    return [(link.text, link.entity) for link in annotator.annotate(title=None, text=text).links]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("France's foreign ministry left.", [("France's foreign ministry", "ministry-of-foreign-affairs--france")]),
        ("The French foreign ministry left.", [("French foreign ministry", "ministry-of-foreign-affairs--france")]),
        ("The government of France left.", [("government of France", "government--france")]),
        ("The government of the French left.", [("government of the French", "government--france")]),
        ("The U.S. embassy in Moscow left.", [("U.S. embassy in Moscow", "embassy-in-moscow--united-states")]),
        ("The Jordanian embassy in Quay left.", [("Jordanian embassy in Quay", "embassy-in-quay--jordan")]),
        ("The Jordanian embassy in a port.", [("Jordanian embassy", "embassy--jordan")]),
        ("The Russian ministry of defence left.", [("Russian ministry of defence", "russian-ministry-of-defence")]),
        ("The ministry of defence left. Government.", []),
        ("France's army left.", [("France's army", "armed-forces--france")]),
        ("The French armed forces left.", [("French armed forces", "armed-forces--france")]),
        ("The military of France won.", [("military of France", "armed-forces--france")]),
        ("France’s military has left.", [("France’s military", "armed-forces--france")]),
        ("France’s military moved.", [("France’s military", "armed-forces--france")]),
        ("They met France's military.", [("France's military", "armed-forces--france")]),
        ("France's military operation began.", []),
        (
            "The French navy and the French police left.",
            [("French navy", "navy--france"), ("French police", "police--france")],
        ),
        ("Moscow's foreign ministry left, and the government of Moscow too.", []),
        ("Government", []),
        ("France. Foreign ministry.", []),
    ],
)
def test_bodies_are_linked_beside_the_mention_of_the_state(
    annotator: Annotator, text: str, found: list[tuple[str, str]]
) -> None:
    assert links(annotator, text) == found


def test_a_name_in_capitals_is_a_mention_of_the_body(annotator: Annotator) -> None:
    """With or without the state in it; the body has one id in all of its spellings."""
    text = (
        "The French Foreign Ministry left. The Foreign Ministry of France left. France's Ministry of Foreign Affairs."
    )
    annotation = annotator.annotate(title=None, text=text)
    entity = "ministry-of-foreign-affairs--france"
    bodies = [mention.text for mention in annotation.mentions if mention.entity == entity]
    assert bodies == ["French Foreign Ministry", "Foreign Ministry of France", "Ministry of Foreign Affairs"]
    assert annotation.links == ()
    (body,) = annotation.entities
    assert (body.name, body.type) == ("Ministry of Foreign Affairs of France", "organization")


def test_an_embassy_of_the_lexicon_keeps_its_id(annotator: Annotator) -> None:
    assert links(annotator, "The American embassy in Syria left.") == [("American embassy in Syria", "us-embassy")]


def test_the_state_after_a_listed_name_says_whose_body_it_is(shipped_annotator: Annotator) -> None:
    text = "The Syrian defence ministry and the Ministry of Defense of Türkiye spoke, and that of Syria."
    mentions = shipped_annotator.annotate(title=None, text=text).mentions
    assert [mention.entity for mention in mentions if mention.type == "organization"] == ["turkish-ministry-of-defence"]
