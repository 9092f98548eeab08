"""Who speaks: unknown names, descriptions, labels and signatures; and what attributes nothing."""

from collections.abc import Callable

import pytest

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]


def named(statements: list[tuple[str, str | None, str | None, str | None, str]]) -> list[tuple[str | None, str | None]]:
    """Return the speakers, those that the lexicon lacks without the half of their ids that is their context."""
    return [(speaker and speaker.partition("--")[0], name) for _, speaker, name, _, _ in statements]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“We will go home,” Varro said.", "Varro"),
        ("“We will go home,” said Varro, a farmer in Homs.", "Varro"),
        ("“We will go home,” her campaign said.", "her campaign"),
        ("“We will go home,” the 34-year-old mother of three said.", "the 34-year-old mother of three"),
        ("“We will go home,” Putin's lawyer said.", "Putin's lawyer"),
        ("“We will go home,” the company's lawyer said.", "the company's lawyer"),
        ("“We will go home,” said a neighbour in Homs.", "a neighbour"),
        ("“We will go home,” said one Syrian diplomat, who left.", "one Syrian diplomat"),
        ("“We will go home,” said the woman on Monday.", "the woman"),
        ("“We will go home,” said a spokesman for the office.", "a spokesman for the office"),
        ("“We will go home,” said an usher of the palace.", "an usher of the palace"),
        ("A spokesman for the office said: “We will go home.”", "A spokesman for the office"),
        ("“We will go home,” one of them said.", "one of them"),
        ("“We will go home,” Varro & Sons said.", "Varro & Sons"),
        ("“We will go home,” J. Varro said.", "J. Varro"),
        ("“We will go home,” Quill de Varro angrily said.", "Quill de Varro"),
        ("“We will go home,” said Quill de Varro.", "Quill de Varro"),
        ("“We will go home,” said J. Varro.", "J. Varro"),
        ("“We will go home,” according to people in Homs.", "people"),
        ("“We will go home,” according to the owner.", "the owner"),
        ("“We will go home,” said Gen. Bo.", "Bo"),
        ("“We will go home,” said spokesman Varro.", "Varro"),
        ("“We will go home,” said Quill de.", "Quill"),
        ("“We will go home,” Varro) said.", "Varro"),
        ("“We will go home,” the minister, Varro, said.", "Varro"),
        ("“We will go home,” the minister's dog said.", "the minister's dog"),
    ],
)
def test_a_name_or_description_beside_the_verb_speaks_with_its_words(find_said: Said, text: str, name: str) -> None:
    assert [said_by for _, said_by in named(find_said(text))] == [name]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Sen. Anna Varro (D-Texas) said it was over.", "anna-varro"),
        ("Anna Varro (a lawyer) said it was over.", "anna-varro"),
        ("Anna Varro, a lawyer, critic and author, said it was over.", "anna-varro"),
        ("Anna Varro, who is 45, said it was over.", "anna-varro"),
        ("Russia's foreign minister, Anna Varro, said it was over.", "anna-varro"),
        ("The author, Anna Varro of the Lancer Institute, said it was over.", "anna-varro"),
        ("The author, Gen. Anna Varro of the Lancer Institute, said it was over.", "anna-varro"),
        ("The author, Reuters of the Lancer Institute, said it was over.", None),
        ("“It was all over,” said her colleague, Anna Varro, on Monday.", "anna-varro"),
        ("“No comment,” Putin said.", "vladimir-putin"),
        ("“It was all over,” said her colleague, Gen. Anna Varro.", "anna-varro"),
        ("“It was all over,” the secretary of state said, according to NATO.", None),
        ("Resident Quray Varro, 41, said it was over.", "quray-varro"),
        ("Putin's chief of staff Anna Varro said it was over.", "anna-varro"),
        ("Russia, which Putin said was fine, left.", "vladimir-putin"),
        ("Supporters of Putin said it was over.", None),
        ("The Syrian army said it was over.", "syrian-army"),
        ("Syrian army leaders said it was over.", None),
        ("The ministry of defence of Jordan said it was over.", "ministry-of-defence"),
        ("It was all over, said NATO.", "nato"),
        ("Putin was quoted by Reuters as saying it was over.", "vladimir-putin"),
        ("Reuters quoted Putin as saying that it was over.", "vladimir-putin"),
        ("It was all over, according to data from NATO.", "nato"),
        ("It was all over, according to data from the NATO.", "nato"),
        ("It was all over, according to data from it.", None),
        ("It was all over, according to a report of.", None),
        ("Putin went on to say it was over.", "vladimir-putin"),
        ("But the envoy Anna Varro disagreed, saying: “It is over now.”", "anna-varro"),
        ("NATO envoy Anna Varro disagreed, saying: “It is over now.”", "anna-varro"),
        ("Anna Varro left. She disagreed, saying: “It is over now.”", "anna-varro"),
        ("“It is over now. We go,” said Det. Insp. Anna Varro.", "anna-varro"),
        ("“It is over now. We are glad.” — Gen. Anna Varro", "anna-varro"),
        ("“It is over now. We are glad.”\n- Anna Varro, mayor of Homs", "anna-varro"),
        ("Anna Varro, mayor of Homs: “It is over now.”", "anna-varro"),
        ("Putin: “It is over now.”", "vladimir-putin"),
        ("The NATO (press office): “It is over now.”", "nato"),
    ],
)
def test_the_speaker_is_found_around_what_stands_between(find_said: Said, text: str, speaker: str | None) -> None:
    assert [said_by for said_by, _ in named(find_said(text))] == [speaker]


@pytest.mark.parametrize(
    "text",
    [
        "NATO did not say whether it was over.",
        "NATO didn't say if it was over.",
        "NATO neither confirmed nor denied it on Monday.",
        "NATO declined to say whether it was over.",
        "Putin was told that it was over.",
        "Putin was also informed that it was over.",
        "It is believed that it was over.",
        "Putin left. “We will go home,” and it said in the paper.",
        "In Homs: “We will go home.”",
        "The old Tu-160: “We will go home.”",
        "Then Putin's joy: “We will go home.”",
        "Question: “Will we go home?”",
        "A long day came to an end as the sun went down there at last: “Will we go home?”",
        "The: “We will go home.”",
        "He was to say. “We will go home.”",
        "The crowd left, saying: “We will go home.”",
        "And, as they left, saying: “We will go home.”",
        "Saying: “We will go home.”",
        "“Go,” saying: “We will go home.”",
        "“We will go home.” - and so they went",
        "“We will go home.”\n- a line",
    ],
)
def test_other_sentences_attribute_nothing(find_said: Said, text: str) -> None:
    assert [name for _, name in named(find_said(text))] in ([], ["it"])


def test_nothing_falls_back_on_the_last_speaker_beside_a_verb_of_saying(find_said: Said) -> None:
    text = "Putin said: “We will go home.” “We will stay,” Varro said. “It is good for us.” “No, no, no,” said in it."
    assert [name for _, name in named(find_said(text))] == ["Putin", "Varro", "Varro"]


def test_another_person_who_comes_in_speaks_next(find_said: Said) -> None:
    text = "“We will go home,” Putin said. Bashar al-Assad nodded. “We will stay there.”"
    assert [speaker for speaker, _ in named(find_said(text))] == ["vladimir-putin", "bashar-al-assad"]


def test_nobody_speaks_next_if_the_other_person_is_no_subject(find_said: Said) -> None:
    text = "“We will go home,” Putin said. It annoyed Bashar al-Assad. “We will stay there.”"
    assert [speaker for speaker, _ in named(find_said(text))] == ["vladimir-putin"]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("In a talk with NATO, Putin said Russia won it again.", "Russia won it again."),
        ("Russia's leader, Putin, said Russia won it again.", "Russia won it again."),
        ("In Homs, Putin vowed to go on with it.", "to go on with it."),
        ("After the war, Russia won it again, Putin said on Monday.", "After the war, Russia won it again"),
        ("Putin told his guest, Assad, that Russia won it again.", "Russia won it again."),
        ("Russia won it again, Putin said on Monday in Homs.", "Russia won it again"),
        ("Reuters quoted Putin as saying that Russia won it again.", "Russia won it again."),
    ],
)
def test_the_clause_is_what_was_said(find_said: Said, text: str, clause: str) -> None:
    assert [words for *_, words in find_said(text)] == [clause]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "‘We will go home today,’ Putin said. ‘It’s the workers’ choice.’",
            ["We will go home today,", "It’s the workers’ choice."],
        ),
        ("Putin said: “He told me ‘go home’ and “leave it” today.”", ["He told me ‘go home’ and “leave it” today."]),
    ],
)
def test_single_and_nested_marks_are_quotations(find_said: Said, text: str, words: list[str]) -> None:
    assert [quoted for *_, quoted in find_said(text)] == words


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“Why do we go?” he asked. “We must go.”", ["he", "he"]),
        ("“Why do we go?” Putin asked. “We must go.”", ["Putin", "Putin"]),
        ("“We will all go!” the old mayor of Homs shouted.", ["the old mayor of Homs"]),
        ("Putin asked: “Why do we go?” Assad left.", ["Putin"]),
        ("Putin asked: “Why do we go?” Assad, the king, left.", ["Putin"]),
        ("Putin asked: “Why do we go?” Assad", ["Putin"]),
    ],
)
def test_a_question_belongs_to_the_verb_after_it(find_said: Said, text: str, names: list[str]) -> None:
    assert [name for _, name in named(find_said(text))][: len(names)] == names
