"""Single quotation marks become double ones, apostrophes stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.extract.text.single_quotes import with_double_marks


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("'We go,' he said. 'It's late.'", '"We go," he said. "It\'s late."'),
        ("It is the workers' 'choice'.", 'It is the workers\' "choice".'),
        ("He called it 'reckless'.", 'He called it "reckless".'),
        ("'The workers' choice,' he said", '"The workers\' choice," he said'),
        ("They said: 'No'", 'They said: "No"'),
        ("a ('bad') day", 'a ("bad") day'),
        ("'Go'\n'Stay", '"Go"\n\'Stay'),
        ("He said: 'Go.\n\n'Stay.\n\n'Come.' So.", 'He said: "Go.\n\n"Stay.\n\n"Come." So.'),
        ("He said: 'Go.\n\nShe said: 'No.'", 'He said: \'Go.\n\nShe said: "No."'),
        ("He said: 'cause.\n'Go.'", 'He said: \'cause.\n"Go."'),
        ("He said: \"Go.\n'Stay.'", 'He said: "Go.\n"Stay."'),
    ],
)
def test_quotations_in_single_marks_get_double_ones(text: str, changed: str) -> None:
    assert with_double_marks(text) == changed


@pytest.mark.parametrize(
    "text",
    [
        "the '90s and rock 'n' roll, 'cause it's 'til late",
        "Syria's d'Ankara and the workers' rights",
        "'Ayn Issa and Ba'ath",
        "He said: \"Go 'home' now.\"",
        "'",
        "",
    ],
)
def test_apostrophes_and_nested_marks_stay(text: str) -> None:
    assert with_double_marks(text) == text


@given(st.text(st.sampled_from("ab', .\n\"s-")))
def test_the_length_and_all_letters_stay(text: str) -> None:
    changed = with_double_marks(text)
    assert len(changed) == len(text)
    assert changed.replace('"', "'") == text.replace('"', "'")
