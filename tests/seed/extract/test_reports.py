"""The five reports, annotated by hand: how often each actor is named, and who speaks. Skipped without the reports.

The counts include mentions in titles, headings and captions, not those in bylines and credits; demonyms count for
their state. The speakers are those of the quotations that are whole sentences, in order.
"""

from collections import Counter
from pathlib import Path

import pytest

from seed.extract import Annotator
from seed.records import Annotation

SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"

NAMED = {
    "000": """
        vladimir-putin 7, steve-warren 2, ben-rhodes 2, john-kirby 2
        sergei-shoigu 1, andrei-kartapolov 1, valery-gerasimov 2, pierre-de-villiers 1
        francois-hollande 2, bashar-al-assad 3, oleg-krivorog 1, barack-obama 2
        john-kerry 1, us-department-of-state 1
    """,
    "001": """
        barack-obama 11, vladimir-putin 8, sergei-shoigu 2, francois-hollande 4
        john-kirby 1, jean-yves-le-drian 1
    """,
    "002": """
        vladimir-putin 7, sergei-ivanov 3, tony-blinken 1, qassem-soleimani 1
        haider-al-abadi 1, fox-news 2, euronews 1, the-daily-beast 1
        federation-council 2, united-nations-general-assembly 2
    """,
    "003": """
        vladimir-putin 2, sergei-shoigu 5, ahmet-davutoglu 1, ash-carter 2
        igor-konashenkov 1, maria-zakharova 1, douglas-lute 2, syrian-observatory-for-human-rights 3
        free-syrian-army 3, nato 1
    """,
    "004": """
        sergei-lavrov 3, vitaly-churkin 3, andrei-kartapolov 1, rami-jarrah 1
        dabiq-magazine 5, vedomosti 2, institute-for-the-study-of-war 3, local-coordination-committees 2
        le-figaro 1, valeurs-actuelles 1
    """,
}

DESCRIBED = {
    "000": "russian-armed-forces 1",
    "001": "russian-armed-forces 2, french-armed-forces 1",
    "002": """
        russian-armed-forces 4, russian-air-force 1, us-embassy-baghdad 1, syrian-government 1
        iranian-armed-forces 1, iranian-army 1, iraqi-government 1, iraqi-prime-ministers-office 1
    """,
    "003": "syrian-armed-forces 1, syrian-government 1",
    "004": """
        levant 1, french-navy 1, french-government 1, government--russia 1
        syrian-government 1, russian-ground-forces 1
    """,
}

SPEAKERS = {
    "000": ["steve-warren"] * 4 + ["ben-rhodes"] * 3 + ["vladimir-putin"] * 2 + [None, "john-kirby"],
    "001": ["barack-obama"] * 9 + ["john-kirby"] * 2,
    "002": [None, "sergei-ivanov", "sergei-ivanov", "yoruk-isik", None, None, None],
    "003": ["sergei-shoigu"] * 2 + ["douglas-lute"] * 3,
    "004": ["bashar-al-assad"] * 2
    + ["sergei-lavrov"] * 2
    + ["vitaly-churkin"] * 2
    + ["bashar-al-assad", "rami-jarrah"],
}


@pytest.fixture(scope="module")
def annotations(shipped_annotator: Annotator) -> dict[str, Annotation]:
    if not SEEDS.is_dir():
        pytest.skip("the five reports belong to their publishers and are not here")
    texts = {path.name[:3]: path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))}
    return {
        number: shipped_annotator.annotate(title=text.partition("\n")[0], text=text.partition("\n")[2])
        for number, text in texts.items()
    }


@pytest.mark.parametrize("report", DESCRIBED)
def test_every_body_is_found_by_its_description_too(annotations: dict[str, Annotation], report: str) -> None:
    """The state in each description stays a mention of its own."""
    links = annotations[report].links
    counts = Counter(link.entity for link in links)
    pairs = (
        pair.rsplit(maxsplit=1) for line in DESCRIBED[report].splitlines() for pair in line.split(",") if pair.strip()
    )
    assert counts == {entity.strip(): int(count) for entity, count in pairs}
    starts = {(mention.field, mention.start) for mention in annotations[report].mentions}
    assert all(any((link.field, at) in starts for at in range(link.start, link.end)) for link in links)


@pytest.mark.parametrize("report", NAMED)
def test_every_actor_is_found_as_often_as_annotated_by_hand(annotations: dict[str, Annotation], report: str) -> None:
    posted = [m.entity for m in annotations[report].mentions if m.kind not in ("byline", "credit")]
    named = {
        line.split()[0]: int(line.split()[1]) for line in NAMED[report].replace("\n", ",").split(",") if line.strip()
    }
    assert Counter(entity for entity in posted if entity in named) == named


@pytest.mark.parametrize("report", SPEAKERS)
def test_every_whole_quotation_has_its_speaker(annotations: dict[str, Annotation], report: str) -> None:
    quotations = [s for s in annotations[report].statements if s.kind == "quotation"]
    assert [statement.speaker for statement in quotations] == SPEAKERS[report]
