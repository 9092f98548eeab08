"""Replace the database of a running server again and again, and compare each answer with those of the two databases.

`python -m tests.attack.replaced [SECONDS]` prints the counts for each way to replace it.
"""

import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import typer

from app.stores.sqlite import file_url
from seed.maintenance.backup import backup, restore
from tests.attack.questions import Answer, answers_of, judge, make_database, summary, urls
from tests.bench.servers import dateline
from tests.conftest import migrate

CLIENTS = 4
ARTICLES = 60
PAUSE = 0.03
"""Seconds between two replacements."""

Replace = Callable[[Path, Path], None]
"""Replaces a database by the content of another file."""

SUFFIXES = ("-wal", "-shm")


def move(database: Path, source: Path) -> None:
    """Move a copy over the database, which keeps the log of the old one out of the way."""
    copy = Path(shutil.copy(source, database.with_name("copy.db")))
    copy.replace(database)
    _remove_logs(database)


def recreate(database: Path, source: Path) -> None:
    """Delete the database with its log, and create it again."""
    database.unlink()
    _remove_logs(database)
    time.sleep(PAUSE / 3)
    move(database, source)


def swap(database: Path, source: Path) -> None:
    """Move the database away and back within an instant, then another one into its place."""
    aside = database.with_name("aside.db")
    database.rename(aside)
    Path(shutil.copy(source, database.with_name("copy.db"))).rename(database)
    database.rename(database.with_name("copy.db"))
    aside.rename(database)
    move(database, source)


def restore_in_place(database: Path, source: Path) -> None:
    """Restore a backup into the file."""
    restore(file_url(database), source, replace=True)


def restore_damaged(database: Path, source: Path) -> None:
    """Overwrite the database, and restore a backup in its place."""
    database.write_bytes(b"no database at all " * 1000)
    restore(file_url(database), source, replace=True)


def delete_log(database: Path, source: Path) -> None:
    """Restore a backup, and delete the log once everything in it is in the file."""
    restore_in_place(database, source)
    _remove_logs(database)


WAYS: dict[str, Replace] = {
    replace.__name__: replace for replace in (move, recreate, swap, restore_in_place, restore_damaged, delete_log)
}


def _remove_logs(database: Path) -> None:
    for suffix in SUFFIXES:
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def two_databases(folder: Path, articles: int = ARTICLES) -> tuple[list[Path], list[str]]:
    """Return two complete database files with other articles under the same revision ids, and URLs about both."""
    files, ids = [folder / "one.db", folder / "two.db"], []
    for name, file in zip(("ferry", "tram"), files, strict=True):
        live = folder / f"{name}.db"
        migrate(live)
        ids += make_database(live, name, articles)[:3]
        backup(file_url(live), file)
    return files, urls(ids)


@contextmanager
def asking(port: int, wanted: list[str], judge_one: Callable[[str, Answer], None]) -> Iterator[None]:
    """Ask a server by several clients until the block ends."""
    done = threading.Event()

    def ask() -> None:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": "dateline.example"}) as client:
            while not done.is_set():
                for url in wanted:
                    answer: Answer = (0, b"")
                    with suppress(httpx2.HTTPError):
                        response = client.get(url)
                        answer = response.status_code, response.content
                    judge_one(url, answer)

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def trial(folder: Path, way: str, seconds: float, expected: Mapping[str, list[Answer]]) -> Counter[str]:
    """Return how often each judgment was made while a database was replaced for this time."""
    database, counts, lock = folder / "dateline.db", Counter[str](), threading.Lock()
    shutil.copy(folder / "one.db", database)

    def judge_one(url: str, answer: Answer) -> None:
        judgment = judge(answer, expected[url])
        with lock:
            counts[judgment] += 1
        if judgment in {"wrong", "failed"}:
            typer.echo(f"{way}: {judgment} {url} {answer[0]}")

    with dateline(database) as server, asking(server.port, list(expected), judge_one):
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            number += 1
            WAYS[way](database, folder / ("two.db" if number % 2 else "one.db"))
            time.sleep(PAUSE)
        counts["replaced"] = number
        counts["descriptors"] = len(list(Path(f"/proc/{server.pid}/fd").iterdir())) if Path("/proc").exists() else 0
    return counts


def main() -> None:
    """Print the counts for each way, and each wrong or failed answer."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    with tempfile.TemporaryDirectory(prefix="dateline-") as name:
        folder = Path(name)
        files, wanted = two_databases(folder)
        sound = [answers_of(file, wanted) for file in files]
        expected = {url: [answers[url] for answers in sound] for url in wanted}
        for way in WAYS:
            shutil.rmtree(folder / way, ignore_errors=True)
            (folder / way).mkdir()
            for file in files:
                shutil.copy(file, folder / way)
            counts = trial(folder / way, way, seconds, expected)
            typer.echo(
                f"{way}: replaced {counts['replaced']} times, {counts['descriptors']} descriptors; {summary(counts)}"
            )


if __name__ == "__main__":
    main()
