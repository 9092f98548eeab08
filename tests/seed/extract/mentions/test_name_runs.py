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


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("The bus from Varro to Quillon stops.", "Varro"),
        ("A bus from Varro to Quillon, at last.", "Quillon"),
        ("towns such as Varro fell", "Varro"),
        ("key towns in the north including Varro fell", "Varro"),
        ("villages like Varro fell", "Varro"),
        ("in Varro, Homs and Quillon bad men rule", "Quillon"),
        ("ships sank off Varro.", "Varro"),
    ],
)
def test_words_of_moving_and_examples_make_a_place(find: Find, text: str, surface: str) -> None:
    assert {mention[0]: mention[1] for mention in find(text)}[surface] == "place"


@pytest.mark.parametrize(
    "text",
    [
        "he is at Varro's, he said",
        "written in Python, it ran",
        "stored in SQLite, it ran",
        "stored in MyBase, it ran",
        "In Experiment 3, it ran",
        "a gift from Varro to Quillon, he said",
        "The bus left, from Varro, he said",
        "men including Varro fell",
        "as much as Varro fell",
        "men like Varro fell",
        "Prize for Varro Palace",
        "the files UTF-8, NITF 2, a 3rd MRI, a 2nd XIV and a 4th UN talk",
        "a 5G LTE net",
    ],
)
def test_words_and_numbers_of_other_things_are_no_names(find: Find, text: str) -> None:
    assert [mention[0] for mention in find(text) if mention[0] != "UN"] == []


def test_mcallen_is_a_place(find: Find) -> None:
    assert find("in McAllen, it rained")[0][:2] == ("McAllen", "place")


@pytest.mark.parametrize(
    ("text", "surface", "entity"),
    [
        ("then Bayern Homs won", "Bayern Homs", "bayern-homs--organization"),
        ("the Homs Bruins won", "Homs Bruins", "homs-bruins--organization-homs"),
        ("the Homs Lions Bruins", "Homs Lions", "homs-lions--organization-homs"),
    ],
)
def test_a_city_is_part_of_the_name_of_its_team(find: Find, text: str, surface: str, entity: str) -> None:
    assert find(text) == [(surface, "organization", "name", entity)]


@pytest.mark.parametrize("text", ["the Homs Fair", "Homs bruins", "Real Syria won", "the Syria Lions"])
def test_other_words_at_a_city_make_no_team(find: Find, text: str) -> None:
    assert all(mention[1] != "organization" for mention in find(text))


def test_a_gene_is_no_cape(find: Find) -> None:
    assert find("The enzyme RAS 2 binds.") == []
    assert find("Ras Varro burned.")[0][1] == "place"
