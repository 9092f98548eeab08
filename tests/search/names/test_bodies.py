"""Bodies of states that a parameter names."""

import pytest

from app.labels import EntityLabel, Labels
from app.models import EntityType
from app.search.names.resolver import NameResolver

LABELS = (
    EntityLabel("cairo", EntityType.PLACE, "Cairo"),
    EntityLabel("government--sudan", EntityType.ORGANIZATION, "Government of Sudan", local=True),
    EntityLabel("local-land", EntityType.STATE, "Localland", local=True),
    EntityLabel("sudan", EntityType.STATE, "Sudan", aliases=("Sudanese", "Republic of Sudan")),
    EntityLabel("sudan-river", EntityType.PLACE, "Sudan"),
    EntityLabel("sudanese-armed-forces", EntityType.ORGANIZATION, "Sudanese Armed Forces"),
    EntityLabel("sudanese-foreign-ministry", EntityType.ORGANIZATION, "Sudanese Foreign Ministry", aliases=("SFM",)),
    EntityLabel("us", EntityType.STATE, "United States", aliases=("U.S.", "US")),
    EntityLabel("us-army", EntityType.ORGANIZATION, "US Army"),
)


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        ("The Ministry of Foreign Affairs of the Republic of Sudan", "sudanese-foreign-ministry"),
        ("Sudan's foreign ministry", "sudanese-foreign-ministry"),
        ("SUDANESE GOVERNMENT", "government--sudan"),
        ("Government of Localland", None),
        ("Sudanese embassy in Cairo", None),
        ("Sudan’s army", "sudanese-armed-forces"),
        ("army of Sudan", "sudanese-armed-forces"),
        ("Sudan's military", "sudanese-armed-forces"),
        ("U.S.'s army", "us-army"),
        ("the US's military", None),
        ("Sudan's navy", None),
    ],
)
def test_a_body_is_found_by_any_name_of_its_state(value: str, id_: str | None) -> None:
    resolver = NameResolver(Labels(entity=LABELS))
    owners = resolver.try_namesakes("actor", value, frozenset({EntityType.ORGANIZATION}))
    assert owners == (None if id_ is None else ([label.id for label in LABELS].index(id_),))


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        ("U.S. embassy in Cairo", "embassy-in-cairo--us"),
        ("embassy of Sudan in Port Said", "embassy-in-port-said--sudan"),
        ("US's army", "armed-forces--us"),
        ("U.S.’s navy", "navy--us"),
        ("Ministry of Magic of Sudan", None),
        ("Sudan", None),
    ],
)
def test_a_body_is_parsed_whether_known_or_not(value: str, id_: str | None) -> None:
    body = NameResolver(Labels(entity=LABELS)).bodies.parse(value)
    assert (body and body.id) == id_
