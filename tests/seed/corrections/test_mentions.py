"""Rules applied to the mentions and statements of one article."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.models import Action, EntityType
from seed.corrections.decisions import Decision
from seed.corrections.mentions import Document, MentionRow, StatementRow, correct_rows
from seed.corrections.rules import make_rules
from tests.seed.corrections.drawn import decision

ARTICLE = "2v8k0q4m1xsc"
TITLE = "Rask speaks"
TEXT = "Ida Rask of the Navy came in May. “We leave,” Rask said. May Queen was theirs."
TYPES = {"ida": EntityType.PERSON, "bo": EntityType.PERSON, "navy": EntityType.ORGANIZATION, "port": EntityType.PLACE}


class Known:
    """Four entities, and one that the lexicon has merged into one of them."""

    def current_id(self, id_: str) -> str:
        return "ida" if id_ == "old-ida" else id_

    def type_of(self, id_: str) -> EntityType | None:
        return EntityType.PERSON if id_.endswith("--") else TYPES.get(id_)


def mention(text: str, entity: str | None, type_: str = "person", *, nth: int = 0) -> MentionRow:
    field, body = ("title", TITLE) if nth < 0 else ("text", TEXT)
    start = -1
    for _ in range(max(nth, 0) + 1):
        start = body.index(text, start + 1)
    return field, start, start + len(text), text, "name", type_, entity, "lexicon", 0.9


MENTIONS = [
    mention("Rask", "ida", nth=-1),
    mention("Ida Rask", "ida"),
    mention("Navy", "navy", "organization"),
    mention("May", None),
    mention("Rask", "ida", nth=1),
]
STATEMENT: StatementRow = ("text", 34, 56, "quotation", "ida", None, "said")


def corrected(
    *decisions: Decision, mentions: Sequence[MentionRow] = MENTIONS, statements: Sequence[StatementRow] = (STATEMENT,)
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return field, text, type, entity and rule of each mention, and speaker and words of each statement."""
    rules = make_rules(decisions, Known().current_id)
    rows, said = correct_rows(Document(ARTICLE, TITLE, TEXT), mentions, statements, rules, Known())
    assert all((row[7] == "corrected") == (row[8] == 1.0) for row in rows)
    assert all(row[3] == (TITLE if row[0] == "title" else TEXT)[row[1] : row[2]] for row in rows)
    return [(row[3], row[5], row[6]) for row in rows], [row[4:6] for row in said]


BEFORE = [
    ("Rask", "person", "ida"),
    ("Ida Rask", "person", "ida"),
    ("Navy", "organization", "navy"),
    ("May", "person", None),
    ("Rask", "person", "ida"),
]


def changed(entity: str | None, *places: int, type_: str = "person") -> list[tuple[str, str, str | None]]:
    """Return the mentions with another entity at some places."""
    return [(text, type_, entity) if at in places else (text, own, id_) for at, (text, own, id_) in enumerate(BEFORE)]


def without(*places: int) -> list[tuple[str, str, str | None]]:
    return [row for at, row in enumerate(BEFORE) if at not in places]


SPLIT = {"entity": "ida", "into": "bo"}
NEW = {"name": "New", "type": "place"}
FOUND = ("May", "place", "port")

CASES: dict[str, tuple[list[dict[str, str | None]], list[Any], tuple[str | None, str | None]]] = {
    "merge": ([{"do": "merge", "entity": "ida", "into": "bo"}], changed("bo", 0, 1, 4), ("bo", None)),
    "merge by an earlier id": (
        [{"do": "merge", "entity": "old-ida", "into": "bo"}],
        changed("bo", 0, 1, 4),
        ("bo", None),
    ),
    "merge twice": (
        [{"do": "merge", "entity": "ida", "into": "bo"}, {"do": "merge", "entity": "bo", "into": "navy"}],
        changed("navy", 0, 1, 4, type_="organization"),
        ("navy", None),
    ),
    "merge in a circle": (
        [{"do": "merge", "entity": "ida", "into": "bo"}, {"do": "merge", "entity": "bo", "into": "ida"}],
        changed("bo", 0, 1, 4),
        ("bo", None),
    ),
    "merge into a new one": (
        [{"do": "merge", "entity": "ida", "into": "new", **NEW}],
        changed("new", 0, 1, 4, type_="place"),
        ("new", None),
    ),
    "merge into one that nobody knows": (
        [{"do": "merge", "entity": "ida", "into": "who"}],
        changed("who", 0, 1, 4),
        ("who", None),
    ),
    "split by article": ([{"do": "split", **SPLIT, "article": ARTICLE}], changed("bo", 0, 1, 4), ("bo", None)),
    "split elsewhere": ([{"do": "split", **SPLIT, "article": "000000000000"}], BEFORE, ("ida", None)),
    "split by wording": ([{"do": "split", **SPLIT, "surface": "Ida  Rask"}], changed("bo", 1), ("ida", None)),
    "split by words": ([{"do": "split", **SPLIT, "context": "the navy"}], changed("bo", 0, 1, 4), ("bo", None)),
    "split by words around it": (
        [{"do": "split", **SPLIT, "surface": "Rask", "context": "Rask said"}],
        changed("bo", 4),
        ("bo", None),
    ),
    "split by other words": ([{"do": "split", **SPLIT, "context": "the nav"}], BEFORE, ("ida", None)),
    "hide": ([{"do": "hide", "entity": "ida"}], without(0, 1, 4), (None, None)),
    "hide what was merged": (
        [{"do": "merge", "entity": "ida", "into": "bo"}, {"do": "hide", "entity": "bo"}],
        without(0, 1, 4),
        (None, None),
    ),
    "hide, then merge": (
        [{"do": "hide", "entity": "ida"}, {"do": "merge", "entity": "ida", "into": "bo"}],
        without(0, 1, 4),
        (None, None),
    ),
    "no name": ([{"do": "not_a_name", "surface": "Rask"}], without(0, 4), (None, "Rask")),
    "no name twice": (
        [{"do": "not_a_name", "surface": "Rask"}, {"do": "not_a_name", "surface": "Rask"}],
        without(0, 4),
        (None, "Rask"),
    ),
    "no name in words": ([{"do": "not_a_name", "surface": "May", "context": "in May"}], without(3), ("ida", None)),
    "is": ([{"do": "is", "surface": "Navy", "into": "bo", "article": ARTICLE}], changed("bo", 2), ("ida", None)),
    "is, where nothing was found": (
        [{"do": "is", "surface": "May", "into": "port", "article": ARTICLE}],
        [*changed("port", 3, type_="place"), FOUND],
        ("ida", None),
    ),
    "is, in words": (
        [{"do": "is", "surface": "May", "into": "port", "context": "May Queen"}],
        [*BEFORE, FOUND],
        ("ida", None),
    ),
    "is no name": (
        [
            {"do": "is", "surface": "May", "into": "port", "article": ARTICLE},
            {"do": "not_a_name", "surface": "May"},
        ],
        without(3),
        ("ida", None),
    ),
    "is a name again": (
        [
            {"do": "not_a_name", "surface": "Navy"},
            {"do": "is", "surface": "Navy", "into": "bo", "article": ARTICLE},
        ],
        changed("bo", 2),
        ("ida", None),
    ),
    "is one, then another": (
        [
            {"do": "is", "surface": "May Queen", "into": "port", "article": ARTICLE},
            {"do": "is", "surface": "May Queen", "into": "navy", "article": ARTICLE},
        ],
        [*BEFORE, ("May Queen", "organization", "navy")],
        ("ida", None),
    ),
    "is elsewhere": ([{"do": "is", "surface": "May", "into": "port", "article": "0" * 12}], BEFORE, ("ida", None)),
    "an alias": (
        [{"do": "alias_add", "entity": "port", "surface": "May"}],
        [*changed("port", 3, type_="place"), FOUND],
        ("ida", None),
    ),
    "an alias takes nothing away": ([{"do": "alias_add", "entity": "bo", "surface": "Navy"}], BEFORE, ("ida", None)),
    "no alias": (
        [{"do": "alias_remove", "entity": "ida", "surface": "Rask"}],
        changed(None, 0, 4),
        (None, "Rask"),
    ),
    "another type": (
        [{"do": "retype", "entity": "ida", "type": "media"}],
        changed("ida", 0, 1, 4, type_="media"),
        ("ida", None),
    ),
    "of another type, then merged": (
        [{"do": "retype", "entity": "ida", "type": "media"}, {"do": "merge", "entity": "ida", "into": "bo"}],
        changed("bo", 0, 1, 4),
        ("bo", None),
    ),
    "another name": ([{"do": "rename", "entity": "ida", "name": "I."}], BEFORE, ("ida", None)),
}


@pytest.mark.parametrize(("decisions", "mentions", "speaker"), CASES.values(), ids=CASES)
def test_mentions_and_speakers_after_decisions(
    decisions: list[dict[str, str | None]], mentions: list[Any], speaker: tuple[str | None, str | None]
) -> None:
    fields = [{name: value for name, value in one.items() if name != "do"} for one in decisions]
    made = [decision(f"c{at}", Action(str(one["do"])), **fields[at]) for at, one in enumerate(decisions)]
    assert corrected(*made) == (mentions, [speaker])


def test_no_decision_changes_nothing() -> None:
    assert corrected() == (BEFORE, [("ida", None)])


NAME = "john-varro--"
NAMED = [mention("Rask", NAME, nth=1), mention("Navy", "navy", "organization")]


@pytest.mark.parametrize(
    ("entity", "into", "expected"),
    [
        (NAME, "ida", "ida"),
        (f"{NAME}{ARTICLE}", "ida", "ida"),
        (f"{NAME}000000000000", "ida", NAME),
        ("bo", NAME, f"{NAME}merged"),
        ("bo", f"{NAME}{ARTICLE}", f"{NAME}{ARTICLE}"),
        ("bo", f"{NAME}000000000000", NAME),
    ],
)
def test_people_without_context(entity: str, into: str, expected: str) -> None:
    """A name stands for all its people; an id with an article for the one in it."""
    said = ("text", 34, 56, "quotation", NAME, "Rask", "said")
    merge = decision("c1", Action.MERGE, entity=entity, into=into)
    mentions, speakers = corrected(merge, mentions=NAMED, statements=[said])
    assert mentions == [("Rask", "person", expected), ("Navy", "organization", "navy")]
    assert speakers == [(expected, "Rask")]


def test_later_decisions_about_a_merged_name_are_about_the_person() -> None:
    merge = decision("c1", Action.MERGE, entity="bo", into=NAME)
    again = decision("c2", Action.MERGE, entity=f"{NAME}{ARTICLE}", into="ida")
    assert corrected(merge, again, mentions=NAMED[:1], statements=[])[0] == [("Rask", "person", "ida")]


def test_a_speaker_whom_no_mention_names_follows_its_entity() -> None:
    said = [("text", 34, 56, "quotation", "bo", "the sailor", "said"), ("text", 0, 2, "paraphrase", None, "who", None)]
    merge = decision("c1", Action.MERGE, entity="bo", into="navy")
    assert corrected(merge, statements=said)[1] == [("navy", "the sailor"), (None, "who")]
    assert corrected(decision("c1", Action.HIDE, entity="bo"), statements=said)[1][0] == (None, "the sailor")


def test_a_speaker_keeps_the_words_of_the_article() -> None:
    said = [("text", 34, 56, "quotation", "ida", "the admiral", "said")]
    unlinked = decision("c1", Action.ALIAS_REMOVE, entity="ida", surface="Rask")
    assert corrected(unlinked, statements=said)[1] == [(None, "the admiral")]
