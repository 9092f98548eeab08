"""A changed lexicon applied to everything loaded, and the entities that it deletes or merges."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.models import EntityType, MentionKind
from seed.cli.program import app
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, NameForm
from seed.maintenance.reannotate import reannotate
from seed.pipeline.context import LoadSummary, Resources
from seed.records import GivenEntity
from tests.conftest import app_for
from tests.databases import url_of
from tests.seed.loading import SOURCES, dump, load_into, report, writing

BEFORE = LexiconEntity("amsel", EntityType.PLACE, "Amsel", None, (NameForm("Amsel", MentionKind.NAME),))
MERGED = LexiconEntity(
    "port-amsel",
    EntityType.PLACE,
    "Port Amsel",
    None,
    (NameForm("Port Amsel", MentionKind.NAME), NameForm("Amsel", MentionKind.NAME)),
    former_ids=("amsel",),
)


SPEAKER = "john-varro--person"


def resources(*entities: LexiconEntity) -> Resources:
    lexicon = Lexicon({entity.id: entity for entity in entities})
    return Resources(lexicon, Annotator(lexicon), SOURCES)


@pytest.fixture
def loaded(database: Path) -> Path:
    """Return a database of two articles: one that names Amsel, and one supplied with another entity."""
    given = GivenEntity("Vellandia", EntityType.STATE, ((0, 9),))
    statement = report("Ferry", text="“The ferry sails in the harbour of Amsel,” John Varro said.")
    records = [statement, report("Navy", text="Vellandia sails on.", entities=(given,))]
    load_into(database, records, resources=resources(BEFORE))
    return database


def reannotate_with(database: Path, *entities: LexiconEntity) -> tuple[int, int, int | None]:
    with writing(database) as engine:
        summary = reannotate(engine, resources(*entities))
    return summary.updated, summary.unchanged, summary.version


def test_the_same_lexicon_changes_nothing(loaded: Path) -> None:
    assert reannotate_with(loaded, BEFORE) == (0, 2, None)


def test_an_added_name_is_found(loaded: Path) -> None:
    ferry = LexiconEntity("ferry", EntityType.WEAPON, "Ferry", None, (NameForm("Ferry", MentionKind.NAME),))
    assert reannotate_with(loaded, BEFORE, ferry) == (1, 1, 2)
    with TestClient(app_for(loaded)) as client:
        assert client.get("/v1/articles?weapon=ferry").json()["total"] == 1


def test_a_new_alias_alone_is_published(loaded: Path) -> None:
    renamed = replace(BEFORE, forms=(*BEFORE.forms, NameForm("Amselhaven", MentionKind.NAME)))
    assert reannotate_with(loaded, renamed) == (0, 2, 2)
    with TestClient(app_for(loaded)) as client:
        assert client.get("/v1/articles?place=amselhaven").json()["total"] == 1


def test_a_merged_entity_is_one_before_and_after_reannotating(loaded: Path) -> None:
    load_into(loaded, [report("Lighthouse")], resources=resources(MERGED))
    _assert_merged(loaded)
    assert reannotate_with(loaded, MERGED) == (1, 2, 3)
    _assert_merged(loaded)


def _assert_merged(database: Path) -> None:
    with TestClient(app_for(database)) as client:
        moved = client.get("/v1/entities/amsel", follow_redirects=False)
        assert (moved.status_code, moved.headers["Location"]) == (308, "port-amsel")
        moved = client.get("/v1/entities/amsel/related?from=2015&sort=lift", follow_redirects=False)
        assert (moved.status_code, moved.headers["Location"]) == (308, "../port-amsel/related?from=2015&sort=lift")
        near = client.get("/v1/entities/amsel/related")
        assert (near.status_code, near.url.path) == (200, "/v1/entities/port-amsel/related")
        posted = client.post("/v1/entities/amsel/related/search", json={})
        assert (posted.content, posted.url.path) == (near.content, "/v1/entities/port-amsel/related/search")
        survivor = client.get("/v1/entities/amsel").json()
        assert (survivor["id"], survivor["articles"], survivor["former_ids"]) == ("port-amsel", 2, ["amsel"])
        body = client.get("/v1/articles?place=amsel&facet=place&explain=true").json()
        assert body["total"] == 2
        assert [(value["id"], value["count"]) for value in body["facets"]["place"]] == [("port-amsel", 2)]
        for item in body["items"]:
            assert {entity["id"] for entity in item["entities"]} - {SPEAKER} == {"port-amsel"}
            assert [surface["text"] for surface in item["matched"][0]["surfaces"]] == ["Amsel"]
            detail = client.get(f"/v1/articles/{item['id']}").json()
            assert {mention["entity"] for mention in detail["mentions"]} - {SPEAKER} == {"port-amsel"}


AGAIN = replace(MERGED, id="amsel-port", former_ids=("port-amsel",))
BACK = replace(BEFORE, former_ids=("port-amsel",))


@pytest.mark.parametrize("last", [AGAIN, BACK], ids=["merged again", "merged back"])
@pytest.mark.parametrize("is_reannotated", [True, False])
def test_an_entity_merged_earlier_follows_its_survivor(
    loaded: Path, last: LexiconEntity, *, is_reannotated: bool
) -> None:
    for lexicon in (MERGED, last, last):
        if is_reannotated:
            reannotate_with(loaded, lexicon)
        load_into(loaded, [report(f"Lighthouse of {lexicon.id}")], resources=resources(lexicon))
    with TestClient(app_for(loaded)) as client:
        for id_ in {"amsel", "port-amsel", last.id}:
            assert client.get(f"/v1/articles?place={id_}").json()["total"] == 3
            assert client.get(f"/v1/entities/{id_}").json()["id"] == last.id


def test_an_entity_that_was_merged_back_outlives_its_entry(loaded: Path) -> None:
    for entities in ((MERGED,), (BACK,), ()):
        load_into(loaded, [report(f"Lighthouse {len(entities)}")], resources=resources(*entities))
    with TestClient(app_for(loaded)) as client:
        assert client.get("/v1/entities/port-amsel").json()["id"] == "amsel"
        assert client.get("/v1/articles?place=amsel").json()["total"] >= 1


def test_an_entity_deleted_from_the_lexicon_is_local_until_nothing_names_it(loaded: Path) -> None:
    assert reannotate_with(loaded) == (1, 1, 2)
    with TestClient(app_for(loaded)) as client:
        assert client.get("/v1/articles?place=amsel").json()["total"] == 0


def test_progress_is_reported_after_each_batch(loaded: Path) -> None:
    reports: list[tuple[int, int | None, int | None]] = []

    def progress(summary: LoadSummary) -> None:
        reports.append((summary.read, summary.total, summary.publishing))

    with writing(loaded) as engine:
        reannotate(engine, resources(BEFORE), progress=progress)
    assert reports == [(2, 2, None), (2, 2, 0)]


@pytest.mark.usefixtures("lexicon_folder")
def test_the_command_names_the_articles_that_keep_their_annotation(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its exit code says that there are some."""
    load_into(database, [report("Ferry"), report("Tide")])
    articles = sorted(row["id"] for row in dump(database)["article"])

    def annotate(_annotator: Annotator, *, title: str | None, text: str) -> None:
        raise IndexError(title or text)

    monkeypatch.setattr(Annotator, "annotate", annotate)
    environment = {"DATELINE_DATABASE_URL": url_of(database)}
    result = CliRunner().invoke(app, ["reannotate", "--json"], env=environment)
    assert result.exit_code == 1
    shown = [line for line in result.stderr.splitlines() if line.startswith("refused")]
    assert [line.split()[1] for line in shown] == [f"{article}:" for article in articles]
    assert all(line.endswith("; please report this") for line in shown)
    counts = json.loads(result.stdout)
    assert {name: counts[name] for name in ("articles", "updated", "unchanged", "refused")} == {
        "articles": 2,
        "updated": 0,
        "unchanged": 2,
        "refused": 2,
    }
