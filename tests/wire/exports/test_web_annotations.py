"""Annotations of statements whose speaker is unknown."""

from app.models import Precision, StatementKind, TextKind
from app.search.index.snapshot import Snapshot
from app.wire.article_models import ArticleDetail, StatementOut
from app.wire.base import PublishedOut, SourceRef
from app.wire.exports.web_annotations import annotation_page

STATEMENT = StatementOut(
    field="title", start=0, end=5, kind=StatementKind.PARTIAL, speaker=None, speaker_name=None, cue=None
)
ARTICLE = ArticleDetail(
    id="2v8k0q4m1xsc",
    url=None,
    title="“Ferry” sails",
    source=SourceRef(id="gazette", name="Gazette"),
    authors=[],
    published=PublishedOut(on=None, at=None, precision=Precision.NONE, zone=None, basis=None, evidence=None),
    language=None,
    language_basis=None,
    text_kind=TextKind.FULL,
    rights=None,
    lead=None,
    entities=[],
    matched=None,
    terms=None,
    highlights=None,
    record_id=None,
    printed_time=None,
    given_entities=None,
    details={},
    urls=[],
    same_text=[],
    same_text_total=0,
    text=None,
    text_withheld=True,
    mentions=[],
    statements=[STATEMENT],
    offsets="codepoints",
    record_keys=[],
)


def test_a_statement_without_a_speaker_is_annotated() -> None:
    (item,) = annotation_page(ARTICLE, Snapshot.unpublished(), "http://dateline.example/v1")["items"]
    assert item["body"] == [
        {"type": "TextualBody", "purpose": "classifying", "format": "text/plain", "value": "partial"}
    ]
