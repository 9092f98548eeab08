"""Names that come back alone, or by their first word."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("The lender Varro fell. Its boss left Varro.", "varro--organization"),
        ("Varro Holdings fell. On Monday Varro rose.", "varro-holdings--organization"),
        ("Varro SE fell. Varro said so.", "varro--organization"),
        ("The lender Varro fell. Varro's boss left.", "varro--organization"),
        ("The lender Varro fell. Varro, in turn, rose.", "varro--organization"),
        ("The lender Varro fell. Varro closed it.", "varro--organization"),
        ("He lived in Varro, far away. He left Varro.", "varro--place"),
        ("VARROGRAD (Reuters) - It rained. In the end Varrograd was wet.", "varrograd--place"),
        ("He walked on Varro Dam, which broke. He left Varro again.", "varro-dam--place"),
    ],
)
def test_a_name_may_come_back_alone(find: Find, text: str, entity: str) -> None:
    mentions = [mention for mention in find(text) if mention[0].upper().startswith("VARRO")]
    assert [mention[3] for mention in mentions] == [entity, entity]


@pytest.mark.parametrize(
    "text",
    [
        "The lender Varro fell. Varro Quill left.",
        "The lender Varro fell. He met Quill Varro.",
        "The lender Varro fell. Varro and all that.",
        "The lender Varro fell. Varro. All is well.\nVarro Comes Back Again Today",
        "The Big Agency fell. Big and small left.",
        "The union ABC fell. ABC, too.",
        "The lender Varro fell. The mayor Varro left.",
        "Quill & Varro fell. He left Varro.",
    ],
)
def test_other_uses_of_the_word_are_no_names(find: Find, text: str) -> None:
    assert sum(mention[1] == "organization" for mention in find(text)) == 1


def test_a_word_of_the_lexicon_is_what_it_is_there(find: Find) -> None:
    assert [mention[3] for mention in find("Homs Relief Agency left. It was in Homs.")][1:] == ["homs"]
