"""What readers noted, told after a load."""

from seed.pipeline.report import MOST, MOST_NAMED, Notes, Refusals
from seed.records import Origin, RawArticle, Refusal
from tests.seed.loading import report


def test_each_thing_is_told_once_and_memory_is_bounded() -> None:
    """However many records have notes of their own."""
    notes = Notes()
    records: list[RawArticle | Refusal] = [
        report(notes=("torn",)),
        Refusal(report().origin, "no"),
        report(notes=("torn", "wet")),
        report(),
    ]
    assert list(notes.watched(records)) == records
    assert list(notes.lines()) == ["note reports.jsonl:1: torn (and 1 more)", "note reports.jsonl:1: wet"]
    list(notes.watched(report(notes=(f"note {number}",)) for number in range(MOST + 5)))
    assert len(list(notes.lines())) == MOST + 1
    assert list(notes.lines())[-1] == "note: 7 other notes"


def test_a_note_cannot_steer_a_terminal() -> None:
    notes = Notes()
    list(notes.watched([report(notes=("columns: \x1b[2J",))]))
    assert list(notes.lines()) == ["note reports.jsonl:1: columns: \\x1b[2J"]


def test_all_refusals_are_counted_and_the_first_are_named() -> None:
    """A file of a million lines may have half a million of them."""
    refusals = Refusals()
    assert (len(refusals), list(refusals)) == (0, [])
    one = Refusal(report().origin, "no")
    for _ in range(MOST_NAMED):
        refusals.append(one)
    assert list(refusals) == [one] * MOST_NAMED
    refusals.append(one)
    refusals.append(one)
    assert len(refusals) == MOST_NAMED + 2
    assert list(refusals)[MOST_NAMED:] == [Refusal(Origin("and others"), "2 more records, which are not named")]
