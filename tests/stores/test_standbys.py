"""A primary and its standby as real processes: failover, lag, publishes that wait, and reads that a standby ends."""

import json
import logging
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DatabaseError
from starlette.testclient import TestClient

from app.errors import DatelineError
from app.main import create_app
from app.settings import Settings
from app.stores import reading_store, store_of
from app.stores.postgresql import standby_waits
from app.stores.postgresql.standby_waits import waiting_reason
from app.stores.store import InterruptedReadError, explained_errors
from seed.publish.publish import served_version
from tests.conftest import ROOT, app_for, migrate, seed
from tests.conftest import load_jsonl as load_into
from tests.databases import DATABASES
from tests.stores.cluster import (
    ALL_STANDBYS,
    DATABASE,
    Cluster,
    prepared_cluster,
    started_cluster,
    wait_until,
)
from tests.stores.processes import SECONDS, dateline, serving

_log = logging.getLogger(__name__)

pytestmark = [pytest.mark.unmeasured, pytest.mark.soak]  # `make test-stores` runs them; each starts two servers.

MAX_HANG_SECONDS = 13.0
"""Time that a request may take after its limit where all hosts hang; the check for a new version takes longest."""

MAX_DARK_SECONDS = 1.0
"""Time for which a process may answer nothing after the process of its database was killed."""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with started_cluster() as cluster:
        cluster.file = tmp_path / "cluster"
        DATABASES.urls[cluster.file.resolve()] = cluster.url(kind="read-write")
        migrate(cluster.file)
        yield cluster


def articles(first: int, last: int) -> list[dict[str, Any]]:
    """Return records with these numbers."""
    return [
        {
            "id": f"r{number}",
            "title": f"Ferry {number} sails",
            "source": "Gazette",
            "published": f"2015-11-{number % 28 + 1:02}",
            "text": f"The ferry of Ann Lee sails at noon. “We sail on day {number},” Ann Lee said.",
            "entities": [{"id": "ann-lee", "name": "Ann Lee", "type": "person", "mentions": [[13, 20]]}],
        }
        for number in range(first, last)
    ]


def write(folder: Path, records: list[dict[str, Any]]) -> Path:
    """Return a file with these records."""
    lines = folder / f"{records[0]['id']}.jsonl"
    lines.write_text("".join(json.dumps(record) + "\n" for record in records))
    return lines


def version_at(url: str) -> int:
    """Return the corpus version at some hosts."""
    engine = store_of(url).reader_engine()
    try:
        return served_version(engine)
    finally:
        engine.dispose()


def served(client: httpx2.Client | TestClient) -> list[str]:
    """Return what a server says of its corpus: lists, counts, statements and exports."""
    paths = (
        "/v1/articles?q=ferry&sort=relevance&limit=100&facet=source&facet=actor",
        "/v1/articles?limit=100",
        "/v1/articles.csv",
        "/v1/articles.ndjson?fields=id,title,text,mentions,statements,entities,published",
        "/v1/statements.ndjson?speaker=ann-lee",
        "/v1/timeline?interval=day",
    )
    bodies = [client.get(path) for path in paths]
    assert [body.status_code for body in bodies] == [200] * len(paths)
    return [body.text for body in bodies]


def test_readers_go_on_when_the_primary_is_killed_and_its_standby_promoted(
    cluster: Cluster, database: Path, tmp_path: Path
) -> None:
    """One process reads the standby, one the primary. Neither is restarted, and the next load finds the new primary."""
    writer, later = cluster.url(kind="read-write"), write(tmp_path, articles(40, 60))
    assert dateline("init", database_url=writer).returncode == 0
    load_into(cluster.file, articles(0, 40))
    cluster.primary.set("synchronous_standby_names", ALL_STANDBYS)
    with ExitStack() as stack:
        urls = cluster.url(kind="prefer-standby"), cluster.url()
        readers = [stack.enter_context(serving(reader_url=url)) for url in urls]
        assert [api.host() for api in readers] == [cluster.standby.address, cluster.primary.address]
        with readers[0].asked(), readers[1].asked():
            time.sleep(0.5)
            killed = time.monotonic()
            cluster.primary.kill()
            time.sleep(1.5)
            assert [api.host() for api in readers] == [cluster.standby.address] * 2
            refused = dateline("load", str(later), database_url=writer)
            assert (refused.returncode, refused.stderr[:7]) == (1, "error: ")
            cluster.standby.promote()
            loaded = dateline("load", str(later), database_url=writer)
            assert loaded.returncode == 0, loaded.stderr
            wait_until(lambda: [api.total() for api in readers] == [65, 65], 10)
        for api in readers:
            dark, slowest, errors = api.dark_seconds(killed), api.slowest(killed), api.errors()
            _log.info(
                "dark for %.3f s, before: %.3f s; %d answers, errors: %s", dark, slowest, len(api.answers), errors
            )
            assert dark <= MAX_DARK_SECONDS + slowest  # On a busy machine, that is slow, too.
        for arguments in (["init"], ["load", str(write(tmp_path, articles(0, 40)))], ["load", str(later)]):
            seed(database, *arguments)
        with TestClient(app_for(database)) as undisturbed:
            expected = served(undisturbed)
        assert [served(api.client) for api in readers] == [expected] * 2
    assert "0 faults" in dateline("verify", database_url=writer).stdout


def test_nothing_that_was_published_is_lost_with_the_primary(cluster: Cluster) -> None:
    """What a load has reported, and what a reader has seen, is on the standby that is promoted."""
    load_into(cluster.file, articles(0, 1))
    cluster.primary.set("synchronous_standby_names", ALL_STANDBYS)
    published = [1]

    def publish_on() -> None:
        with suppress(DatelineError, DatabaseError):
            for number in range(1, 10_000):
                load_into(cluster.file, articles(number, number + 1))
                published.append(number + 1)

    with serving(reader_url=cluster.url()) as api, api.asked():
        thread = threading.Thread(target=publish_on)
        thread.start()
        wait_until(lambda: published[-1] > 10)
        cluster.primary.kill()
        thread.join(SECONDS)
        cluster.standby.promote()
        wait_until(lambda: api.host() == cluster.standby.address)
        total = api.total()
    assert total >= published[-1]
    assert max(answer.version for answer in api.answers) <= version_at(cluster.url())
    _log.info("%d articles published, %d there", published[-1], total)


def test_servers_that_are_all_gone_are_served_again_when_they_are_back(cluster: Cluster) -> None:
    """Without a restart."""
    load_into(cluster.file, articles(0, 3))
    with serving(reader_url=cluster.url(kind="prefer-standby")) as api:
        assert api.ask() == 200
        cluster.standby.kill()
        cluster.primary.kill()
        refused = api.client.get("/v1/articles?q=sails")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        wait_until(lambda: api.client.get("/readyz").status_code == 503, 5)  # Its last check may be recent.
        cluster.primary.start()
        assert api.ask() == 200
        assert api.host() == cluster.primary.address
        cluster.standby.start()
        assert api.ask() == 200


def test_a_host_that_hangs_is_left_for_another_one(cluster: Cluster) -> None:
    """Its processes are stopped, not dead: its kernel accepts connections. Requests end in their time all the while."""
    limit = 2.0
    load_into(cluster.file, articles(0, 3))
    cluster.wait_for_standby()
    url = cluster.url(kind="prefer-standby")
    with serving(reader_url=url, text_search_seconds=f"{limit}") as api, api.asked():
        wait_until(lambda: api.status() == 200)
        assert api.host() == cluster.standby.address
        frozen_at = time.monotonic()
        with cluster.standby.frozen():
            wait_until(lambda: api.host() == cluster.primary.address)
            wait_until(lambda: api.status() == 200)
            dark = api.dark_seconds(frozen_at)
            with cluster.primary.frozen():
                wait_until(lambda: api.status() == 503)
            wait_until(lambda: api.status() == 200)
        slowest = max(answer.at - answer.sent for answer in api.answers)
        _log.info("dark for %.1f s, slowest answer %.1f s", dark, slowest)
    assert slowest < limit + MAX_HANG_SECONDS


def test_no_answer_goes_back_to_what_a_standby_has_that_lags(cluster: Cluster) -> None:
    """A process that has read the primary waits for the standby; another one, which has not, reads on."""
    delay = 4.0
    load_into(cluster.file, articles(0, 3))
    cluster.wait_for_standby()
    cluster.standby.set("recovery_min_apply_delay", f"{delay:.0f}s")
    with (
        serving(reader_url=cluster.url()) as ahead,
        serving(reader_url=cluster.url(kind="prefer-standby")) as behind,
        ahead.asked(),
        behind.asked(),
    ):
        assert [ahead.host(), behind.host()] == [cluster.primary.address, cluster.standby.address]
        load_into(cluster.file, articles(3, 5))
        published = time.monotonic()
        wait_until(lambda: ahead.total() == 5, delay / 2)
        cluster.wait_until_received()
        assert behind.total() == 3
        cluster.primary.kill()
        wait_until(lambda: ahead.status() == 503, delay / 2)
        wait_until(lambda: ahead.status() == 200, 2 * delay)
        assert time.monotonic() - published > delay - 1
        assert (ahead.total(), ahead.host()) == (5, cluster.standby.address)
        wait_until(lambda: behind.total() == 5, 2 * delay)
    assert not behind.errors()
    assert (
        "no host has caught up with corpus version 2 yet"
        in {answer.error for answer in ahead.answers if answer.error}.pop()
    )


def test_a_publish_that_waits_for_a_standby_says_so(
    cluster: Cluster, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what to do about it; until then nobody sees it."""
    monkeypatch.setattr(standby_waits, "FIRST_WARNING_SECONDS", 0.2)
    load_into(cluster.file, articles(0, 3))
    cluster.wait_for_standby()
    cluster.standby.kill()
    cluster.primary.set("synchronous_standby_names", ALL_STANDBYS)
    with TestClient(create_app(Settings(reader_url=cluster.url(), snapshot_check_ms=0, verify_hours=0))) as client:
        thread = threading.Thread(target=load_into, args=(cluster.file, articles(3, 5)))
        thread.start()
        wait_until(lambda: caplog.records)
        assert client.get("/v1/articles").json()["total"] == 3
        cluster.primary.set("synchronous_standby_names", "")
        thread.join(SECONDS)
        assert client.get("/v1/articles").json()["total"] == 5
    message = caplog.records[0].getMessage()
    assert message.startswith("warning: a commit has been waiting for a standby for ")
    assert (
        f"synchronous_standby_names of {cluster.primary.address} is '{ALL_STANDBYS}', and connected are none."
        in message
    )
    assert "ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf()" in message


def test_a_publish_is_applied_by_the_standby_before_it_is_reported(cluster: Cluster) -> None:
    """Unless the operator has chosen not to wait for standbys."""
    load_into(cluster.file, articles(0, 1))
    cluster.primary.set("synchronous_standby_names", ALL_STANDBYS)
    standby = cluster.url(cluster.standby)
    for number in range(1, 6):
        load_into(cluster.file, articles(number, number + 1))
        assert version_at(standby) == number + 1
    cluster.standby.kill()
    local = cluster.file.with_name("local")
    DATABASES.urls[local.resolve()] = f"{cluster.url(cluster.primary)}?options=-csynchronous_commit%3Dlocal"
    load_into(local, articles(6, 7))
    assert version_at(cluster.url(cluster.primary)) == 7


def conflict(cluster: Cluster) -> None:
    """Let the primary remove rows that a transaction on the standby may still see."""
    cluster.primary.run("CREATE TABLE IF NOT EXISTS removed (value int)")
    cluster.primary.run("INSERT INTO removed SELECT generate_series(1, 1000)")
    cluster.primary.run("DELETE FROM removed")
    cluster.primary.run("VACUUM removed")
    cluster.wait_for_standby()


def test_a_read_that_a_standby_ends_is_read_again(cluster: Cluster) -> None:
    """Once: the client notices nothing, neither in a list nor in the middle of an export."""
    load_into(cluster.file, articles(0, 250))
    cluster.wait_for_standby()
    cluster.standby.set("max_standby_streaming_delay", "0")
    app = create_app(Settings(reader_url=cluster.url(kind="standby"), snapshot_check_ms=60_000, verify_hours=0))
    paths = "/v1/articles?q=ferry&limit=5", "/v1/articles.ndjson"
    same = "/v1/articles?q=ferry&limit=5&sort=-published", "/v1/articles.ndjson?text_kind=full"
    with TestClient(app) as client:
        expected = [client.get(path).text for path in paths]
        engine = app.state.corpus.generation.engine
        conflicts = 0

        def interrupt(connection: Connection) -> None:
            nonlocal conflicts
            conflicts += 1
            if conflicts % 2:
                connection.exec_driver_sql("SELECT count(*) FROM revision")
                conflict(cluster)

        event.listen(engine, "begin", interrupt)
        assert [client.get(path).text for path in same] == expected
        event.remove(engine, "begin", interrupt)
    assert conflicts >= 6  # Each read of a list, and of each of the batches of an export, was repeated.


def test_a_conflict_with_recovery_is_known_by_its_state(cluster: Cluster) -> None:
    load_into(cluster.file, articles(0, 3))
    cluster.wait_for_standby()
    cluster.standby.set("max_standby_streaming_delay", "0")
    store = store_of(cluster.url(cluster.standby))
    engine = store.reader_engine()
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM revision"))
        conflict(cluster)
        with pytest.raises(InterruptedReadError), explained_errors(store):
            connection.execute(text("SELECT count(*) FROM revision"))
    engine.dispose()


def test_the_host_that_is_read_is_shown(cluster: Cluster) -> None:
    """With its role; a writer asks for the primary, whatever readers prefer."""
    load_into(cluster.file, articles(0, 1))
    cluster.wait_for_standby()
    hosts = {
        "prefer-standby": f"{cluster.standby.address}, a standby",
        "primary": f"{cluster.primary.address}, the primary",
    }
    for kind, host in hosts.items():
        shown = dateline("status", reader_url=cluster.url(kind=kind)).stdout
        assert f", read from {host}\n" in shown
        store = reading_store(Settings(reader_url=cluster.url(kind=kind)))
        assert store.read_host() is None
        assert store.version()[1].endswith(f", read from {host}")
        assert store.read_host() == host.partition(",")[0]
    DATABASES.urls[cluster.file.resolve()] = cluster.url(kind="prefer-standby")
    load_into(cluster.file, articles(1, 2))


def test_a_commit_that_waits_for_something_else_is_no_reason_to_warn(
    cluster: Cluster, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standby_waits, "FIRST_WARNING_SECONDS", 0.0)
    monkeypatch.setattr(standby_waits, "NEXT_WARNING_SECONDS", 0.01)
    options = {"host": "127.0.0.1", "port": cluster.primary.port, "user": "dateline", "dbname": DATABASE}
    asked, ended = [], threading.Event()

    def ask(pid: int, options: Mapping[str, Any]) -> str | None:
        asked.append(waiting_reason(pid, options))
        if len(asked) == 2:
            ended.set()
        return asked[-1]

    monkeypatch.setattr(standby_waits, "waiting_reason", ask)
    standby_waits._warn_until(ended, 1, options)
    assert asked == [None, None]
    assert not [record for record in caplog.records if "standby" in record.getMessage()]


def script(name: str, folder: Path) -> Path:
    """Return a script of the compose file as its container has it."""
    document = yaml.safe_load((ROOT / "compose.postgresql.yaml").read_text(encoding="utf-8"))
    file = folder / f"{name}.sh"
    file.write_text(document["configs"][name]["content"].replace("$$", "$"), encoding="utf-8")
    file.chmod(0o644)
    return file


def test_the_scripts_of_the_compose_file_make_a_standby_that_publishes_wait_for(tmp_path: Path) -> None:
    with prepared_cluster() as cluster:
        primary, standby, folder = cluster.primary, cluster.standby, cluster.primary.data.parent
        with (primary.data / "postgresql.conf").open("a") as settings:
            settings.write("unix_socket_directories = ''\nfsync = off\n")
        own = {"PGHOST": "127.0.0.1", "PGPORT": str(primary.port)}
        primary.start()
        prepare = ["bash", "-c", f"POSTGRES_USER=dateline POSTGRES_DB={DATABASE} . {script('primary', folder)}"]
        environment = {**os.environ, **own, "PATH": f"{primary.programs}:{os.environ['PATH']}"}
        subprocess.run(
            prepare, user=primary.user, cwd=folder, check=True, env={**environment, "PGDATA": str(primary.data)}
        )
        primary.stop()
        primary.start()
        assert primary.run("SHOW synchronous_standby_names") == ALL_STANDBYS
        source = f"host=127.0.0.1 port={primary.port} user=dateline application_name=standby"
        standby.data.mkdir()  # As the image has it.
        if primary.user is not None:
            os.chown(standby.data, primary.user, primary.user)
        for _ in range(2):  # The second start finds the data of the first.
            standby.execute(["bash", script("standby", folder)], PRIMARY=source, PGPORT=str(standby.port))
            wait_until(standby.answers)
            assert standby.run("SHOW hot_standby_feedback") == "on"
            loaded = dateline("init", database_url=cluster.url(kind="read-write"))
            assert loaded.returncode == 0, loaded.stderr
            assert version_at(cluster.url(standby)) == 1
            standby.stop()
