"""Which host is read: one at a time, never one that lags behind what was read before. No server is needed."""

import logging
import threading
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DisconnectionError

from app.errors import SettingsError
from app.stores import store_of
from app.stores.postgresql import hosts as module
from app.stores.postgresql.engines import database_url
from app.stores.postgresql.hosts import CONNECT_SECONDS, Hosts, named_hosts
from app.stores.postgresql.urls import CHOICES, libpq_options
from app.stores.store import InterruptedReadError

OPTIONS = {"host": "a,b,c", "port": "1,2,3", "target_session_attrs": "prefer-standby"}


class Servers:
    """Stand-ins for servers: by name, the tokens of their publishes, and whether they are standbys."""

    def __init__(self) -> None:
        self.tokens: dict[str, dict[int, str]] = {name: {1: "t1"} for name in "abc"}
        self.standbys = {"b", "c"}
        self.down: set[str] = set()
        self.connections: list[str] = []
        self.open = 0

    def connect(self, **options: Any) -> Any:  # noqa: ANN401 - a stand-in for the driver's connection
        """Connect as libpq does."""
        names = options["host"].split(",")
        if options.get("target_session_attrs") == "prefer-standby":
            names.sort(key=lambda name: name not in self.standbys)
        for name in names:
            if name not in self.down:
                self.connections.append(name)
                self.open += 1
                return Stub(self, name, options)
        raise psycopg.OperationalError("connection refused")


class Stub:
    """A connection to one of them."""

    def __init__(self, servers: Servers, name: str, options: Mapping[str, Any]) -> None:
        self._servers, self._name = servers, name
        self.info = SimpleNamespace(host=name, port=5432, hostaddr=options.get("hostaddr", "10.0.0.1"))

    def execute(self, statement: str, values: tuple[int, ...] = ()) -> Any:  # noqa: ANN401 - a stand-in for a cursor
        """Answer what is asked of a host."""
        tokens = self._servers.tokens[self._name]
        if not values:
            row: tuple[Any, ...] = (self._name in self._servers.standbys,)
        elif -1 in tokens:
            raise psycopg.errors.lookup(tokens[-1])
        else:
            row = tokens.get(values[0]), max(tokens, default=0)
        return SimpleNamespace(fetchone=lambda: row)

    def rollback(self) -> None:
        """End the transaction."""

    def close(self) -> None:
        """Close the connection."""
        self._servers.open -= 1


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAG_SECONDS", 0.2)
    monkeypatch.setattr(module, "LAG_CHECK_SECONDS", 0.01)


def choose(hosts: Hosts, servers: Servers) -> str:
    """Return the host to which the next connection leads."""
    connection, host = hosts.connect(servers.connect, OPTIONS)
    assert host is hosts.chosen
    name: str = connection.info.host
    return name


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, []),
        ({"port": 5433}, []),
        ({"host": "a"}, [{"host": "a"}]),
        ({"host": "a,b", "port": "1,"}, [{"host": "a", "port": "1"}, {"host": "b", "port": ""}]),
        ({"host": "a,b", "port": 5433}, [{"host": "a", "port": "5433"}, {"host": "b", "port": "5433"}]),
        ({"hostaddr": "::1,::2"}, [{"hostaddr": "::1"}, {"hostaddr": "::2"}]),
        ({"host": "a", "hostaddr": "::1,::2"}, [{"host": "a", "hostaddr": "::1"}, {"host": "a", "hostaddr": "::2"}]),
    ],
)
def test_the_hosts_of_a_url_are_known(options: Mapping[str, Any], expected: list[Mapping[str, str]]) -> None:
    assert list(named_hosts(options)) == expected


def test_a_host_that_does_not_answer_costs_less_where_there_are_others() -> None:
    assert Hosts(OPTIONS).default_options()["connect_timeout"] == CONNECT_SECONDS
    assert "connect_timeout" not in Hosts({"host": "a"}).default_options()


def test_all_connections_lead_to_the_host_that_was_chosen_first(servers: Servers) -> None:
    """Although another one would be chosen now."""
    hosts = Hosts(OPTIONS)
    servers.down = {"b"}
    assert choose(hosts, servers) == "c"
    servers.down = set()
    servers.standbys = {"b"}  # It was promoted.
    assert [choose(hosts, servers) for _ in range(3)] == ["c"] * 3


def test_a_host_is_chosen_again_after_a_failure(servers: Servers) -> None:
    hosts = Hosts(OPTIONS)
    assert choose(hosts, servers) == "b"
    servers.down = {"b"}
    assert choose(hosts, servers) == "c"
    servers.down = {"b", "c"}
    assert choose(hosts, servers) == "a"
    servers.down = {"a", "b", "c"}
    with pytest.raises(psycopg.OperationalError, match="refused"):
        choose(hosts, servers)
    servers.down = {"a", "c"}
    assert choose(hosts, servers) == "b"


def test_a_socket_is_a_host(servers: Servers) -> None:
    """It has no address."""
    hosts = Hosts({"host": "a"})

    def connect(**options: Any) -> Any:  # noqa: ANN401 - as above
        connection = servers.connect(**options)
        connection.info.hostaddr = ""
        return connection

    _, host = hosts.connect(connect, {"host": "a"})
    assert host.options == {"host": "a", "port": 5432, "target_session_attrs": "any"}


def test_a_host_that_lags_is_left_for_one_that_does_not(servers: Servers) -> None:
    hosts = Hosts(OPTIONS)
    choose(hosts, servers)
    servers.tokens["a"][2] = servers.tokens["b"][2] = "t2"
    hosts.remember(2, "t2")
    servers.down = {"b"}
    assert choose(hosts, servers) == "a"
    assert servers.open == 2


def test_a_host_that_lags_is_waited_for(servers: Servers) -> None:
    """If there is no better one; those that cannot be reached are skipped."""
    hosts = Hosts(OPTIONS)
    hosts.remember(2, "t2")
    servers.down = {"a", "b"}
    timer = threading.Timer(0.05, lambda: servers.tokens["c"].update({2: "t2"}))
    timer.start()
    assert choose(hosts, servers) == "c"
    timer.join()
    assert len(servers.connections) > 2
    assert servers.open == 1


@pytest.mark.parametrize("state", [None, "42P01", "40001"])
def test_no_host_is_read_that_does_not_catch_up(servers: Servers, state: str | None) -> None:
    """Whether it has older publishes, no tables yet, or ends the question."""
    hosts = Hosts(OPTIONS)
    hosts.remember(2, "t2")
    servers.down = {"a"}
    for name in "bc":
        servers.tokens[name] = {-1: state} if state else {1: "t1"}
    with pytest.raises(psycopg.OperationalError, match="no host has caught up with corpus version 2 yet"):
        choose(hosts, servers)
    assert (hosts.chosen, servers.open) == (None, 0)


LOST = (logging.WARNING, "a:5432 does not have corpus version 2, which was read before: it was lost")
CHANGED = (logging.INFO, "a:5432 has another corpus version 2 than before: it was compacted or replaced")


@pytest.mark.parametrize(
    ("primary", "standby", "message"),
    [({1: "t1"}, {1: "t1"}, LOST), ({1: "t1", 2: "x"}, {1: "t1"}, CHANGED), ({-1: "42P01"}, {}, LOST)],
)
def test_what_a_primary_lacks_is_lost(
    servers: Servers,
    primary: dict[int, str],
    standby: dict[int, str],
    message: tuple[int, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """So that the database is read as it is now, and the operator is told; a `compact` is no reason for a warning."""
    caplog.set_level(logging.INFO, module.__name__)
    hosts = Hosts(OPTIONS)
    hosts.remember(2, "t2")
    servers.tokens = {"a": primary, "b": standby, "c": standby}
    assert choose(hosts, servers) == "a"
    assert servers.open == 1
    assert hosts.publish is None
    assert caplog.record_tuples == [(module.__name__, *message)]


def test_what_a_standby_has_is_not_lost(servers: Servers) -> None:
    """Although an old primary, which was started again, lacks it."""
    servers.tokens["b"][2] = "t2"
    servers.standbys = {"b"}
    hosts = Hosts({"host": "a,b,c"})
    hosts.remember(2, "t2")
    connection, _ = hosts.connect(servers.connect, {"host": "a,b,c"})
    assert connection.info.host == "b"
    assert servers.open == 1


def test_those_who_wait_for_a_choice_share_it(servers: Servers) -> None:
    """Also that there is nothing to choose."""
    hosts, entered, leave = Hosts(OPTIONS), threading.Event(), threading.Event()
    results: list[str] = []

    def connect(**options: Any) -> Any:  # noqa: ANN401 - as above
        entered.set()
        assert leave.wait(10)
        return servers.connect(**options)

    def ask() -> None:
        try:
            connection, _ = hosts.connect(connect, OPTIONS)
            results.append(connection.info.host)
        except psycopg.OperationalError as error:
            results.append(str(error))

    def ask_together() -> None:
        entered.clear()
        leave.clear()
        threads = [threading.Thread(target=ask) for _ in range(4)]
        threads[0].start()
        assert entered.wait(10)
        for thread in threads[1:]:
            thread.start()
        threading.Event().wait(0.05)
        leave.set()
        for thread in threads:
            thread.join(10)

    servers.down = set("abc")
    ask_together()
    assert results == ["connection refused"] * 4
    results.clear()
    servers.down = set()
    ask_together()
    assert results == ["b"] * 4


def _connection(hosts: Hosts, token: str | None, driver: object = None, **options: object) -> Any:  # noqa: ANN401 - a stand-in
    chosen = hosts.chosen
    return SimpleNamespace(
        info={module._CHOICE: chosen},
        connection=SimpleNamespace(driver_connection=driver),
        get_execution_options=lambda: options,
        exec_driver_sql=lambda _statement, _values: SimpleNamespace(scalar=lambda: token),
    )


def test_a_host_that_lacks_what_was_read_is_left(servers: Servers) -> None:
    """Its address may be that of another host now. A publish that is lost is no reason to leave."""
    hosts = Hosts(OPTIONS)
    choose(hosts, servers)
    hosts._require_newest(_connection(hosts, None))
    hosts.remember(2, "t2")
    hosts._require_newest(_connection(hosts, "t2"))
    hosts._require_newest(_connection(hosts, None, dateline_publish=(1, "t1")))
    stale = _connection(hosts, None)
    servers.tokens["c"][2] = "t2"
    with pytest.raises(InterruptedReadError, match="its host lacks corpus version 2, which was read before"):
        hosts._require_newest(stale)
    assert hosts.chosen is None
    choose(hosts, servers)
    chosen = hosts.chosen
    with pytest.raises(InterruptedReadError):
        hosts.leave_if_behind(stale)
    assert hosts.chosen is chosen


def test_a_single_host_that_lacks_what_was_read_is_asked_why(servers: Servers) -> None:
    """It may be a standby, or its name may be that of several hosts; a primary will never have it."""
    options = {"host": "c"}
    hosts = Hosts(options)
    driver, host = hosts.connect(servers.connect, options)
    hosts.remember(2, "t2")
    with pytest.raises(InterruptedReadError):
        hosts.leave_if_behind(_connection(hosts, None, driver))
    assert hosts.chosen is None
    hosts.chosen = host
    servers.standbys = set()
    hosts.leave_if_behind(_connection(hosts, None, driver))
    assert (hosts.chosen, hosts.publish) == (host, None)
    hosts.leave_if_behind(_connection(hosts, None))


def test_a_pooled_connection_to_another_host_is_replaced(servers: Servers) -> None:
    """Unless it was opened just now: hosts that are left one after the other must not keep a request from beginning."""
    hosts = Hosts(OPTIONS)
    choose(hosts, servers)
    record: Any = SimpleNamespace(info={module._CHOICE: hosts.chosen})
    hosts._require_chosen(None, record, None)
    servers.down = {"b"}
    choose(hosts, servers)
    record.info[module._IS_NEW] = True
    hosts._require_chosen(None, record, None)
    with pytest.raises(DisconnectionError):
        hosts._require_chosen(None, record, None)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://ann:secret@a:5432,b/news?sslmode=require", "postgresql://ann:***@a:5432,b/news?sslmode=require"),
        ("postgresql://a,b:6/news", "postgresql://a,b:6/news"),
        ("postgresql://[::1]:5,%2Ftmp%2Fx/news", "postgresql://[::1]:5,%2Ftmp%2Fx/news"),
        ("postgresql:///news?host=a,b&port=1,2", "postgresql://a:1,b:2/news"),
        ("postgresql://ann@/news?host=a,b&password=secret", "postgresql://ann@a,b/news"),
    ],
)
def test_a_url_names_several_hosts(url: str, name: str) -> None:
    """As libpq writes them; messages have no password."""
    assert store_of(url).name == name
    assert store_of(url).read_host() is None


@pytest.mark.parametrize(
    ("url", "name", "options"),
    [
        ("postgresql://ann@%2Frun%2Fdb/news", "postgresql://ann@/news?host=%2Frun%2Fdb", {"host": "/run/db"}),
        ("postgresql://%2Frun%2Fdb:6/news", "postgresql:///news?host=%2Frun%2Fdb&port=6", {"host": "/run/db"}),
        ("postgresql://ann:a,b@one/news", "postgresql://ann:***@one/news", {"host": "one", "password": "a,b"}),
        ("postgresql://ann:a%2Cb@one/news", "postgresql://ann:***@one/news", {"host": "one", "password": "a,b"}),
    ],
)
def test_a_url_names_one_host(url: str, name: str, options: Mapping[str, str]) -> None:
    """Which may be the folder of a socket; the comma of a password ends no host."""
    assert store_of(url).name == name
    assert libpq_options(database_url(url)).items() >= options.items()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:secret@a:x,b/news", "is 'postgresql://u:***@a:x,b/news': expected a database, as in"),
        ("postgresql://u:secret@a,[b/news", "is 'postgresql://u:***@a,[b/news': expected a database, as in"),
        ("postgresql://u:secret@a,b", "is 'postgresql://u:***@a,b': expected a database, as in"),
        ("postgresql://u:secret@a:x/news", "is 'postgresql://u:***@a:x/news': expected a database, as in"),
        (
            "postgresql://u:secret@a,b/news?hots=c",
            "is 'postgresql://u:***@a,b/news?hots=c': expected options of libpq (invalid connection option \"hots\")",
        ),
        (
            "postgresql:///news?host=a,b&port=1,2,3",
            "is 'postgresql://a:1,b:2,:3/news': expected options of libpq (number of hosts and ports don't match)",
        ),
        (
            "postgresql://a,b/news?target_session_attrs=replica",
            "is 'postgresql://a,b/news?target_session_attrs=replica': expected a target_session_attrs of "
            f"{', '.join(CHOICES['target_session_attrs'])}, not 'replica'",
        ),
        *(
            (f"postgresql://{rest}", f"is 'postgresql://{rest}': expected a {wanted}, not {value!r}")
            for rest, wanted, value in [
                ("a:99999/news", "port from 1 to 65535", "99999"),
                ("a:0/news", "port from 1 to 65535", "0"),
                ("a,b:99999/news", "port from 1 to 65535", "99999"),
                ("a/news?connect_timeout=abc", "connect_timeout from 0 to 2147483647", "abc"),
                ("a/news?connect_timeout=-1", "connect_timeout from 0 to 2147483647", "-1"),
                ("a/news?tcp_user_timeout=99999999999", "tcp_user_timeout from 0 to 2147483647", "99999999999"),
                ("a/news?keepalives=2", "keepalives from 0 to 1", "2"),
                ("a/news?sslmode=on", f"sslmode of {', '.join(CHOICES['sslmode'])}", "on"),
            ]
        ),
    ],
)
def test_a_malformed_url_is_refused_with_what_was_expected(url: str, expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        store_of(url, "DATELINE_READER_URL")
    assert str(refused.value).startswith(f"DATELINE_READER_URL {expected}")
    assert "secret" not in str(refused.value)
