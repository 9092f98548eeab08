"""Days inferred from dated facts, and only from them."""

from pathlib import Path

import pytest

from app.models import Basis, Precision
from seed.readers.dates.facts import Fact, load_facts
from seed.readers.dates.inference import LEADING_PARAGRAPHS, infer_date
from seed.records import Published

SHIPPED = load_facts()
FACTS = """
- {id: ada, kind: birthday, day: 1960-03-04, what: Ada Byrne, names: [Byrne], source: almanac}
- {id: jo, kind: birthday, day: 1960-02-29, what: Jo Li, names: [Li], source: almanac}
- id: first-ferry
  kind: event
  day: 2019-03-06
  what: first ferry to Oldport
  phrases: [first ferr*, maiden voyage]
  with: [[Oldport], [harbour, port]]
  source: almanac
"""


@pytest.fixture
def facts(tmp_path: Path) -> tuple[Fact, ...]:
    """Load the facts above."""
    (tmp_path / "facts.yaml").write_text(FACTS)
    return load_facts(tmp_path)


def on(text: str, facts: tuple[Fact, ...]) -> str | None:
    """Return the inferred day."""
    published = infer_date("Title", text, facts)
    return None if published is None else published.on


def test_a_birthday_gives_the_year_of_a_day() -> None:
    text = "Talks went on.\n\nOn October 7 he spoke. Mr. Putin marked his 60th birthday with the fleet."
    assert infer_date("Title", text, SHIPPED) == Published(
        "2012-10-07",
        precision=Precision.DAY,
        basis=Basis.INFERRED,
        evidence="“60th birthday”, “October 7”: Vladimir Putin, born 1952-10-07",
    )


def test_a_first_strike_gives_the_day_of_its_weekday() -> None:
    text = "The first Russian airstrikes in Syria were reported on Wednesday. The parliament had agreed on Monday."
    assert infer_date("Title", text, SHIPPED) == Published(
        "2015-09-30",
        precision=Precision.DAY,
        basis=Basis.INFERRED,
        evidence="“first Russian airstrikes”, “Wednesday”: first Russian airstrikes in Syria, 2015-09-30",
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Byrne had her 59th birthday on 4 March.", "2019-03-04"),
        ("Byrne had her 59th birthday. Rain fell on March 4.", "2019-03-04"),
        ("Byrne had her 59th birthday on March 4. She left on Feb. 28.", "2019-03-04"),
        ("Byrne had her 59th birthday on March 4, after her tour of December 2018 and 1 Jan.", "2019-03-04"),
        ("The first ferry left Oldport harbour on Wednesday.", "2019-03-06"),
        ("The first ferries left the harbour of Oldport on March 6.", "2019-03-06"),
        ("On Wednesday, the maiden voyage led out of Oldport harbour, as agreed last Friday.", "2019-03-06"),
        ("The first ferry left Oldport harbour on Wednesday. Byrne said on Sunday it would.", "2019-03-06"),
    ],
)
def test_a_named_fact_and_a_named_day_agree(facts: tuple[Fact, ...], text: str, day: str) -> None:
    assert on(text, facts) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "On March 4 there was rain.",
        "Byrne had her birthday on March 4.",
        "Byrne had her 59th birthday.",
        "Byrne had her 59th birthday on March 5.",
        "Byrne had her 59th birthday on March 4, 2018.",
        "Somebody had a 59th birthday on March 4. Byrne was there.",
        "Byrne had her 59th birthday on March 4. Talks follow on March 9.",
        "Byrne had her 59th birthday on March 4. Talks follow on 9 April 2019.",
        "Byrne had her 59th birthday on March 4, Byrne had her 60th birthday. Byrne had her 61st birthday.",
        "Li had her 59th birthday on February 29.",
        "The first ferry left Oldport harbour.",
        "The first ferry left Oldport harbour on Tuesday.",
        "The first ferry left Oldport harbour last Wednesday.",
        "The first ferry left Oldport harbour on Wednesday. On Friday, others followed.",
        "The first ferry left Oldport harbour on March 6, 2019.",
        "The first ferry left Oldport on Wednesday.",
        "The second ferry left Oldport harbour on Wednesday.",
        "The first ferry left Oldport harbour on Wednesday. Byrne had her 59th birthday on March 4.",
        "Rain.\n" * LEADING_PARAGRAPHS + "The first ferry left Oldport harbour on Wednesday.",
    ],
)
def test_without_both_or_with_doubt_there_is_no_day(facts: tuple[Fact, ...], text: str) -> None:
    assert on(text, facts) is None


@pytest.mark.parametrize(
    ("fact", "problem"),
    [
        ("a: b", "the file is {'a': 'b'}: expected a list of facts"),
        ("- a", "an entry is 'a': expected a fact of kind birthday or event"),
        ("- {id: a, kind: flood}", "expected a fact of kind birthday or event"),
        ("- {id: a, kind: birthday, names: [A], what: A, day: 1960-01-01}", "a: source is None: expected a line"),
        ("- {id: a, kind: birthday, names: [A], what: A, day: 1960, source: s}", "a: day is '1960': expected a day"),
        ("- {id: a, kind: birthday, names: [A], what: A, day: [], source: s}", "a: day is []: expected a day"),
        (
            "- {id: a, kind: birthday, names: [], what: A, day: 1960-01-01, source: s}",
            "a: names is []: expected at least",
        ),
        ("- {id: a, kind: birthday, phrases: [A], source: s}", "a: an unknown key is 'phrases'"),
        (
            "- {id: a, kind: event, what: A, day: 1960-01-01, source: s, phrases: [b]}",
            "a: with is None: expected a list",
        ),
    ],
)
def test_wrong_data_is_named_with_what_was_wanted(tmp_path: Path, fact: str, problem: str) -> None:
    (tmp_path / "facts.yaml").write_text(fact)
    with pytest.raises(ValueError, match=r"facts\.yaml") as raised:
        load_facts(tmp_path)
    assert problem in str(raised.value)


def test_a_folder_of_ones_own_adds_and_overrides(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS)
    assert len(load_facts(tmp_path, tmp_path)) == 3
    assert len(load_facts(Path("seed/lexicon"), tmp_path, tmp_path / "none")) == len(SHIPPED) + 3


def test_a_long_text_takes_its_length(facts: tuple[Fact, ...]) -> None:
    assert on("Byrne had her 59th birthday on March 4. " * 5_000, facts) == "2019-03-04"
