"""A capital that acts means its government."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Moscow insists it won.", "russia"),
        ("Moscow will answer.", "russia"),
        ("Moscow is sending ships.", "russia"),
        ("Moscow was also ready to talk.", "russia"),
        ("Washington was prepared to talk.", "united-states"),
        ("Moscow’s refusal to talk", "russia"),
        ("deemed moderate by Moscow", "russia"),
        ("Washington’s Mall", "washington-dc"),
        ("Washington’s largest hall", "washington-dc"),
        ("He spoke in Moscow will.", "moscow"),
        ("Moscow is cold.", "moscow"),
        ("Moscow is", "moscow"),
        ("Moscow is also", "moscow"),
        ("Moscow (cold)", "moscow"),
        ("the old Moscow Zoo", "moscow"),
        ("Homs insists", "homs"),
        ("d'Moscow", "moscow"),
        ("d'Moscow insists", "russia"),
    ],
)
def test_the_words_next_to_a_capital_decide(find: Find, text: str, entity: str) -> None:
    assert find(text)[0][3] == entity
