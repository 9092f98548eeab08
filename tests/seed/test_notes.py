"""What readers noted, told after a load."""

from seed.notes import MOST, Notes
from seed.records import RawArticle, Refusal
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
