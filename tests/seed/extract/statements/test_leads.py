"""Whom a sentence is about without a mention: a description, or a name that nothing but its sentence tells."""

from collections.abc import Callable

import pytest

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]
QUOTED = " “We will go home,” {} said."


@pytest.mark.parametrize(
    ("before", "pronoun", "name"),
    [
        ("A baker in the crowd waved.", "she", "A baker"),
        ("An official of the labour office, who asked for tea, sat down.", "he", "An official of the labour office"),
        ("In Homs, a docker named Yanis waited for hours.", "he", "Yanis"),
        ("In the market of Homs an old man bowed.", "he", "an old man"),
        ("At the camp, which NATO built, the surgeon on duty looked up.", "she", "the surgeon"),
        ("When it rained, a nurse came.", "she", "a nurse"),
        ("Sunniva, who is nine, sold lemonade.", "she", "Sunniva"),
        ("Okoro, a fisherman, untied his boat.", "he", "Okoro"),
        ("Okoro, 45, untied his boat.", "he", "Okoro"),
        ("Okoro, a friend, untied it.", "he", "Okoro"),
        ("Dasha counted to thirty.", "she", "Dasha"),
        ("His widow, Lena, kept it.", "she", "Lena"),
        ("My cousin Adam left on a cart.", "he", "Adam"),
        ("The mayor of Kivik, Xolan Biri, came.", "he", "Xolan Biri"),
        ("But the stranger laughed.", "he", "the stranger"),
        ("The minister's aide nodded.", "he", "The minister's aide"),
        ("Russia's old envoy nodded.", "he", "Russia's old envoy"),
        ("The police officer nodded.", "he", "The police officer"),
        ("A taxidermist shrugs.", "he", "A taxidermist"),
        ("09:30 - A baker laughed.", "he", "A baker"),
        ("The medic beside her is called Bulka.", "he", "The medic"),
        ("A driver sat there, a cook, too.", "he", "A driver"),
        ("A baker, Gen. Xolan, came.", "he", "Xolan"),
        ("A dealer named Anna Varro laughed.", "she", "Anna Varro"),
        ("Rain, a one two three four five six seven eight nine, fell.", "he", "Rain"),
    ],
)
def test_he_and_she_mean_who_is_described(find_said: Said, before: str, pronoun: str, name: str) -> None:
    text = f"Bashar al-Assad left. Anna Varro left.\n\n{before}{QUOTED.format(pronoun)}"
    assert [said_by for _, _, said_by, _, _ in find_said(text)] == [name]


@pytest.mark.parametrize(
    "before",
    [
        "The hostage deal was signed.",
        "A passenger train derailed.",
        "The long road to Homs was closed.",
        "The office was closed.",
        "The party, a baker and a cook left.",
        "Several bakers laughed.",
        "Homs was closed.",
        "Then it rained in Homs.",
        "Tall trees fell.",
        "Rain, the old enemy, fell.",
        "“It rains,” and it did.",
        "A",
        "The Putin baker laughed.",
        "In Homs it rained, and there was nobody.",
        "In “Homs” it rained.",
        "Rain, a company in Homs, closed.",
        "Rain, a big company, closed.",
        "Generals left.",
        "General staff left.",
        "In Homs it rained",
        "Lena",
        "Rain, lots of it, fell.",
        "Rain Police left.",
        "The baker",
        "A baker named.",
        "The baker, and “so” on.",
    ],
)
def test_other_words_at_the_beginning_mean_nobody(find_said: Said, before: str) -> None:
    text = f"Vladimir Putin left.\n\n{before}{QUOTED.format('he')}"
    assert find_said(text)[-1][1] in ("vladimir-putin", None)


@pytest.mark.parametrize("before", ["Deutsche Wohnen cut rents.", "Xolan Biri left the hall."])
def test_a_name_that_may_be_no_person_leaves_a_pronoun_open(find_said: Said, before: str) -> None:
    text = f"Vladimir Putin left.\n\n{before}{QUOTED.format('he')} {before} “No, we stay.”"
    assert [(speaker, name) for _, speaker, name, _, _ in find_said(text)][:1] == [(None, "he")]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Vladimir Putin met Anna Varro. He thanked her. “We have it,” he said.", "vladimir-putin"),
        ("Vladimir Putin met Anna Varro. He thanked her. “We have it,” she said.", "anna-varro"),
        ("Anna Varro met Vladimir Putin. She thanked Bashar al-Assad. “We have it,” he said.", "bashar-al-assad"),
        ("Vladimir Putin left.\n\nAnna Varro left. “We have it,” he said.", "vladimir-putin"),
        ("Vladimir Putin left.\n\nIt rained.\n\nAnna Varro left. “We have it,” he said.", None),
        (
            "Putin left.\n\nHis dog barked.\n\nIt hit him.\n\nIt rained.\n\n“We go home,” he said.",
            "vladimir-putin",
        ),
        ("Anna Varro, Vladimir Putin said later, had it. “We go home,” she said.", "anna-varro"),
    ],
)
def test_a_pronoun_reaches_past_people_whom_it_cannot_mean(find_said: Said, text: str, speaker: str | None) -> None:
    said_by = find_said(text)[-1][1]
    assert (said_by and said_by.partition("--")[0]) == speaker


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“We go,” Putin said. A baker laughed. “So do we all.”", "A baker"),
        ("Putin left.\n\nA trader in Homs, who asked for tea, put it differently. “We stay at home.”", "A trader"),
        ("Xolan Biri left.\n\n“We stay at home.”", None),
    ],
)
def test_a_quotation_alone_belongs_to_who_is_described_before_it(find_said: Said, text: str, name: str | None) -> None:
    names = [said_by for _, _, said_by, _, _ in find_said(text)]
    assert (names or [None])[-1] == name
