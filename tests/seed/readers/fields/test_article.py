"""The last step of every reader: an article of the fields that it found."""

import pytest

from seed.readers.fields.article import build_article
from seed.records import Origin, Published

FERRY = {"title": "Ferry", "source": "Gazette", "text": "It sails.", "details": {"page": "A4", "section": "World"}}


def test_details_of_the_reader_win_over_those_of_the_record() -> None:
    """They become one line each; an invalid one is left out with a note, and refused if strict."""
    added = {"page": "B1\n  of 9", "edition": " ", "agency": "x" * 2_001}
    article = build_article(Origin("a"), FERRY, Published(), {}, details=added)
    assert article.details == {"section": "World", "page": "B1 of 9"}
    (note,) = article.notes
    assert note.startswith("left out: details.agency is 'xxx")
    with pytest.raises(ValueError, match=r"^details\.agency is 'xxx"):
        build_article(Origin("a"), FERRY, Published(), {}, details=added, strict=True)
