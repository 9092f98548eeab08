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
        ("the old Moscow Fair", "moscow"),
        ("Homs insists", "homs"),
        ("Moscow expelled him.", "russia"),
        ("Since Moscow closed the road, nobody came.", "russia"),
        ("He said that Moscow imposed it.", "russia"),
        ("a law which Moscow broke", "russia"),
        ("There was help from Moscow.", "russia"),
        ("According to Moscow, it rained.", "russia"),
        ("In talks between Moscow and Homs", "russia"),
        ("the spokesman of Moscow's foreign ministry", "russia"),
        ("Moscow, bored", "moscow"),
        ("Moscow burned for days.", "moscow"),
        ("Moscow closed lower.", "moscow"),
        ("Moscow besieged by frost", "moscow"),
        ("Moscow Closed", "moscow"),
        ("old Moscow closed the road", "moscow"),
        ("a road from Moscow closed", "moscow"),
        ("Between Moscow and Homs", "moscow"),
        ("to Moscow", "moscow"),
        ("of Moscow", "moscow"),
        ("Moscow's", "moscow"),
        ("d'Moscow", "moscow"),
        ("d'Moscow insists", "russia"),
    ],
)
def test_the_words_next_to_a_capital_decide(find: Find, text: str, entity: str) -> None:
    assert find(text)[0][3] == entity


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Moscow and Washington agreed to talk.", ["russia", "united-states"]),
        ("No reaction from Moscow or Washington came.", ["russia", "united-states"]),
        ("In Moscow and Washington agreed hours are kept.", ["moscow", "washington-dc"]),
        ("Moscow and Washington are cold.", ["moscow", "washington-dc"]),
        ("Moscow or bust. Washington agreed to talk.", ["moscow", "united-states"]),
    ],
)
def test_capitals_that_and_or_or_joins_act_together(find: Find, text: str, entities: list[str]) -> None:
    assert [entity for *_, entity in find(text)] == entities
