"""A changed lexicon applied to everything loaded, and the entities that it deletes or merges."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.coordinates import Coordinates
from app.models import EntityType, MentionKind, PlacePrecision
from seed.cli.program import app
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, NameForm
from seed.maintenance.compact import compact
from seed.maintenance.reannotate import reannotate
from seed.maintenance.remove import remove
from seed.pipeline.context import LoadSummary, Resources
from seed.records import Annotation, GivenEntity
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


SPEAKER = "john-varro--"


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


def test_coordinates_alone_are_published(loaded: Path) -> None:
    """And where the lexicon has none any more, the place is nowhere again."""
    at = Coordinates(36.5, 37.25, PlacePrecision.POINT, "geonames 1")
    assert reannotate_with(loaded, replace(BEFORE, at=at)) == (0, 2, 2)
    assert reannotate_with(loaded, replace(BEFORE, at=at)) == (0, 2, None)
    with TestClient(app_for(loaded)) as client:
        assert client.get("/v1/articles?near=36.5,37.25&km=0").json()["total"] == 1
        (place,) = client.get("/v1/places.geojson").json()["features"]
        assert (place["id"], place["geometry"]["coordinates"]) == (BEFORE.id, [37.25, 36.5])
        assert reannotate_with(loaded, BEFORE) == (0, 2, 3)
        assert client.get("/v1/articles?near=36.5,37.25&km=0").json()["total"] == 0
        (place,) = client.get("/v1/places.geojson").json()["features"]
        assert place["geometry"] is None


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
            assert {entity["id"] for entity in item["entities"]} - {f"{SPEAKER}{item['id']}"} == {"port-amsel"}
            assert [surface["text"] for surface in item["matched"][0]["surfaces"]] == ["Amsel"]
            detail = client.get(f"/v1/articles/{item['id']}").json()
            assert {mention["entity"] for mention in detail["mentions"]} - {f"{SPEAKER}{item['id']}"} == {"port-amsel"}


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


VARRO = LexiconEntity("john-varro", EntityType.PERSON, "John Varro", None, (NameForm("John Varro", MentionKind.NAME),))
VELLANDIA = LexiconEntity("vellandia", EntityType.STATE, "Vellandia", None, (NameForm("Vellandia", MentionKind.NAME),))


def articles_of(database: Path, count: int, lexicon: LexiconEntity) -> list[str]:
    """Load articles that all name John Varro; return their ids in order."""
    records = [report(f"Ferry {number}", text=f"John Varro took ferry {number}.") for number in range(count)]
    load_into(database, records, resources=resources(lexicon))
    with TestClient(app_for(database)) as client:
        return sorted(item["id"] for item in client.get("/v1/articles?limit=100").json()["items"])


def test_the_id_of_an_entity_that_was_split_says_into_which(database: Path) -> None:
    """A name that leaves the lexicon names another person in each article."""
    articles = articles_of(database, 3, VARRO)
    assert reannotate_with(database, VELLANDIA)[:2] == (3, 0)
    with TestClient(app_for(database)) as client:
        split = client.get("/v1/entities/john-varro")
        assert (split.status_code, split.json()["type"]) == (410, "urn:dateline:problem:split")
        assert split.json()["split_into"] == [f"john-varro--{article}" for article in articles]
        answer = client.get("/v1/articles?actor=john-varro").json()
        assert answer["total"] == 3
        assert answer["notes"] == ["“john-varro” was split into 3 entities; the articles of all of them match."]
        assert client.get("/v1/articles?actor=John Varro").json()["total"] == 3
        assert client.get("/v1/entities?name=varro").json()["total"] == 0
        versions = client.get(f"/v1/articles/{articles[0]}?as_of=1").json()
        assert [mention["entity"] for mention in versions["mentions"]] == ["john-varro"]


def test_the_id_of_an_entity_that_moved_redirects(database: Path) -> None:
    (article,) = articles_of(database, 1, VARRO)
    reannotate_with(database, VELLANDIA)
    with TestClient(app_for(database)) as client:
        moved = client.get("/v1/entities/john-varro", follow_redirects=False)
        assert (moved.status_code, moved.headers["Location"]) == (308, f"john-varro--{article}")
        answer = client.get("/v1/articles?actor=john-varro").json()
        assert (answer["total"], answer["notes"]) == (1, [])
    with writing(database) as engine:
        assert compact(engine).entities == 0
    with TestClient(app_for(database)) as client:
        assert client.get("/v1/entities/john-varro", follow_redirects=False).status_code == 308


def test_an_entity_of_which_nothing_is_left_stays_known(database: Path) -> None:
    (article,) = articles_of(database, 1, VARRO)
    reannotate_with(database, VELLANDIA)
    with writing(database) as engine:
        remove(engine, [article], reason=None)
    with TestClient(app_for(database)) as client:
        assert client.get("/v1/entities/john-varro").json()["articles"] == 0
        assert client.get("/v1/articles?actor=john-varro").json()["total"] == 0


def test_an_entity_that_is_named_again_is_itself(database: Path) -> None:
    articles_of(database, 2, VARRO)
    reannotate_with(database, VELLANDIA)
    assert reannotate_with(database, VARRO)[:2] == (2, 0)
    with TestClient(app_for(database)) as client:
        assert client.get("/v1/entities/john-varro").json()["articles"] == 2


def test_local_entities_move_to_those_of_the_lexicon(database: Path) -> None:
    """Their former ids redirect."""
    navy = LexiconEntity(
        "navy", EntityType.ORGANIZATION, "Navy", None, (NameForm("Varro Navy Force", MentionKind.NAME),)
    )
    load_into(database, [report("Ferry", text="The Varro Navy Force sailed.")], resources=resources(VELLANDIA))
    reannotate_with(database, navy)
    with TestClient(app_for(database)) as client:
        moved = client.get("/v1/entities/varro-navy-force--organization", follow_redirects=False)
        assert (moved.status_code, moved.headers.get("Location")) == (308, "navy")
        assert client.get("/v1/articles?actor=varro-navy-force--organization").json()["total"] == 1


def test_people_of_single_articles_move_to_the_lexicon(database: Path) -> None:
    """Their ids and that of their name redirect, however often, until the articles name them again."""
    first, second = articles_of(database, 2, VELLANDIA)
    later = replace(VARRO, id="varro", former_ids=("john-varro",))
    for lexicon, id_ in ((VARRO, "john-varro"), (later, "varro")):
        reannotate_with(database, lexicon)
        with TestClient(app_for(database)) as client:
            for former in (f"john-varro--{first}", f"john-varro--{second}", "john-varro--"):
                moved = client.get(f"/v1/entities/{former}", follow_redirects=False)
                assert (moved.status_code, moved.headers["Location"]) == (308, id_)
                answer = client.get(f"/v1/articles?actor={former}").json()
                assert (answer["total"], answer["notes"]) == (2, [])
                related = client.get(f"/v1/entities/{former}/related", follow_redirects=False)
                assert (related.status_code, related.headers["Location"]) == (308, f"../{id_}/related")
                (item,) = client.post("/v1/entities/lookup", json={"ids": [former]}).json()["items"]
                assert (item["entity"]["id"], item["entity"]["articles"]) == (id_, 2)
    assert reannotate_with(database, VELLANDIA)[:2] == (2, 0)
    with TestClient(app_for(database)) as client:
        assert client.get(f"/v1/entities/john-varro--{first}", follow_redirects=False).status_code == 200
        (item,) = client.post("/v1/entities/lookup", json={"ids": ["varro"]}).json()["items"]
        assert item["error"]["wanted"] == "the id of one of the 2 that “varro” names"
        assert [one["id"] for one in item["error"]["candidates"]] == sorted(
            [f"john-varro--{first}", f"john-varro--{second}"]
        )


class Silent(Annotator):
    """Finds nothing."""

    def __init__(self) -> None:
        pass

    def annotate(self, *, title: str | None, text: str, outlet: str | None = None) -> Annotation:
        return Annotation()


def test_a_person_whom_no_article_names_any_more_stays_known(database: Path) -> None:
    (article,) = articles_of(database, 1, VELLANDIA)
    with writing(database) as engine:
        reannotate(engine, replace(resources(VELLANDIA), annotator=Silent()))
    with TestClient(app_for(database)) as client:
        person = client.get(f"/v1/entities/john-varro--{article}").json()
        assert (person["name"], person["type"], person["articles"]) == ("John Varro", "person", 0)
        for id_ in (f"john-varro--{article}", "john-varro--"):
            answer = client.get(f"/v1/articles?actor={id_}").json()
            assert (answer["total"], answer["notes"]) == (0, [f"“{id_}” is an entity that no article names any more."])
        assert client.get("/v1/articles?actor=John Varro").status_code == 422
        assert client.get("/v1/entities/john-varro--").status_code == 404
        assert client.get(f"/v1/entities/jane-varro--{article}").status_code == 404


def test_a_split_into_many_names_some_and_means_all(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.maintenance.entity_moves.MAX_SUCCESSORS", 2)
    articles = articles_of(database, 4, VARRO)
    reannotate_with(database, VELLANDIA)
    with TestClient(app_for(database)) as client:
        assert client.get("/v1/entities/john-varro").json()["split_into"] == [f"john-varro--{id_}" for id_ in articles]
        assert client.get("/v1/articles?actor=john-varro").json()["total"] == 4


def test_the_bearers_of_revisions_that_are_deleted_go_with_them(database: Path) -> None:
    articles_of(database, 2, VELLANDIA)
    assert len(dump(database)["bearer"]) == 2
    reannotate_with(database, VARRO)
    with writing(database) as engine:
        assert compact(engine).entities == 2
    rows = dump(database)
    assert (rows["bearer"], [row["id"] for row in rows["entity"] if row["is_name"]]) == ([], [])
