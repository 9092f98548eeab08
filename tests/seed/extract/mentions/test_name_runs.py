"""Names of organizations, units, groups, media, ships and places that the lexicon lacks."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "surface", "type_", "entity"),
    [
        ("the Varro Relief Agency said", "Varro Relief Agency", "organization", "varro-relief-agency--organization"),
        ("the Varro Institute for Peace said", "Varro Institute for Peace", "organization", None),
        ("the Ministry of Lakes", "Ministry of Lakes", "organization", None),
        ("Syrian Lakes Ministry", "Syrian Lakes Ministry", "organization", "syrian-lakes-ministry--organization-syria"),
        ("the 158th Lancer Wing flew", "158th Lancer Wing", "organization", None),
        ("Lancer Mobile Unit Two flew", "Lancer Mobile Unit Two", "organization", None),
        ("Task Force 50 sailed", "Task Force 50", "organization", None),
        ("CTF 50 sailed", "CTF 50", "organization", None),
        ("the 407th LNC flew", "407th LNC", "organization", None),
        ("chief Lancer Relief Agency", "Lancer Relief Agency", "organization", None),
        ("the Varro Brigade fought", "Varro Brigade", "armed_group", "varro-brigade--armed-group"),
        ("the 3rd Varro Brigade fought", "3rd Varro Brigade", "organization", None),
        ("Liwa al-Varro fought", "Liwa al-Varro", "armed_group", None),
        ("HMS Varro sailed", "HMS Varro", "weapon", None),
        ("the Varro news agency reported", "Varro", "media", "varro--media"),
        ("the Varro newspaper wrote", "Varro", "media", None),
        ("near Mount Varro", "Mount Varro", "place", "mount-varro--place"),
        ("the Varro Dam broke", "Varro Dam", "place", None),
        ("Near Al Varro, one strike", "Al Varro", "place", None),
        ("in Varro, one strike", "Varro", "place", None),
        ("in Varro, Texas", "Varro", "place", "varro--place-texas"),
        ("at Varro in Syria", "Varro", "place", None),
        ("in Varro and Lanza, one strike", "Varro", "place", None),
        ("from Homs and Varro, one strike", "Varro", "place", None),
        ("the Texas Big Coalition met again", "Texas Big Coalition", "organization", None),
        ("the town of Varro fell", "Varro", "place", None),
        ("Varro province fell", "Varro", "place", None),
        ("strikes near Varro Heights today", "Varro Heights", "place", None),
        ("in al-Varro, one strike", "al-Varro", "place", None),
        ("a farmer of Varro, Texas, left", "Varro", "place", "varro--place-texas"),
        ("in Homs, Hama and Varro it rained", "Varro", "place", None),
        ("VARROGRAD (Reuters) - It rained.", "VARROGRAD", "place", "varrograd--place"),
        ("It rained.\nVARROGRAD, Texas - It rained.", "VARROGRAD", "place", "varrograd--place-texas"),
        ("VARROGRAD, March 7 - It rained.", "VARROGRAD", "place", None),
        ("VARROGRAD - It rained.", "VARROGRAD", "place", None),
        ("a spokesman for Varro left", "Varro", "organization", "varro--organization"),
        ("a spokesman for the Varro left", "Varro", "organization", None),
        ("CEO of Varro Lanza left", "Varro Lanza", "organization", None),
        ("the shares of Varro fell", "Varro", "organization", None),
        ("then Varro & Lanza fell", "Varro & Lanza", "organization", None),
        ("then Varro Lanza Inc. fell", "Varro Lanza Inc", "organization", None),
        ("Quill of the Varro Agency left", "Varro Agency", "organization", "varro-agency--organization"),
    ],
)
def test_typical_words_identify_a_name(find: Find, text: str, surface: str, type_: str, entity: str | None) -> None:
    mentions = {mention[0]: mention for mention in find(text)}
    assert mentions[surface][1] == type_
    assert entity in (None, mentions[surface][3])


@pytest.mark.parametrize(
    "text",
    [
        "The Agency said",
        "In Monday heat",
        "Lancer Monday Wing",
        "in VBIED and VARRO",
        "in James",
        "in Congress",
        "in Varro Quill Pietro Lanza",
        "The Varro. in",
        "Varro",
        "He saw Varro Quill",
        "at Varro Quill Lanza Dorsi, he",
        "in Varro today",
        "Lanza and Varro, he said",
        "Congress news agency",
        "Varro news today",
        "Varro News agency",
        "Varro Relief Agency Sends Lancers",
        "7th heaven",
        "CEO Varro left",
        "CEO and Varro left",
        "CEO of",
        "a spokesman for James left",
        "a spokesman for Varro Quill Lanza Dorsi left",
        "a friend for Varro left",
        "for Varro",
        "VARROGRAD, again",
        "VARROGRAD",
        "then VARROGRAD - it rained",
        "the Varro left",
        "al Varro",
        "as Varro",
    ],
)
def test_capitals_alone_are_no_name(find: Find, text: str) -> None:
    assert [mention[0] for mention in find(text)] == []


def test_a_name_of_the_lexicon_keeps_its_end(find: Find) -> None:
    assert find("the Russian Ministry of Defense TV outlet")[0][:2] == ("Russian Ministry of Defense", "organization")


def test_a_place_before_another_in_a_list_is_not_in_it(find: Find) -> None:
    assert [mention[0] for mention in find("to Varro, Homs and Hama")] == ["Homs", "Hama"]
    assert [mention[0] for mention in find("to Varro, Jordanian lands")] == ["Jordanian"]


def test_the_label_of_a_question_is_no_place(find: Find) -> None:
    assert find("QUESTION (Reuters): Is it over?")[0][0] == "Reuters"


def test_names_of_the_lexicon_are_not_unknown_places(find: Find) -> None:
    assert find("in Homs Homs") == [("Homs", "place", "name", "homs")] * 2
