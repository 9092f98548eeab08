"""The protocol of a store: everything that differs between databases; all else is SQLAlchemy on its engines."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, Select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from app.errors import DatelineError, UnavailableError
from app.text.query_tree import And, Leaf, Node, Or, Term

DATABASE_SETTING = "DATELINE_DATABASE_URL"
"""The setting that names the database, unless a command takes its URL as an argument."""

READER_SETTING = "DATELINE_READER_URL"
"""The setting that names the hosts which a server reads."""

STORE_OPTION = "dateline_store"
"""The execution option by which an engine and its connections know their store."""


PUBLISH_OPTION = "dateline_publish"
"""The execution option that pins an engine to a publish: the version and the token of one that must be stored."""

GENERATION_OPTION = "dateline_generation"
"""The execution option by which a pinned engine keeps its generation open."""


IndexProgress = Callable[[int, int], None]
"""Called with the number of indexed revisions and their total."""

TextCounts = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The ids of some revisions, ascending, and a number of words of each."""

Value = TypeVar("Value")


class WriterBusyError(DatelineError):
    """Another process is writing to this database."""


class UnusableError(UnavailableError):
    """The database cannot be used at present, for a reason such as a full disk, a lock, or a read-only file."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database cannot be used ({reason})")
        self.reason = reason


class InterruptedReadError(UnusableError):
    """The database interrupted work for a reason that does not concern it: repeated, it is likely to succeed."""


class TextIndex(Protocol):
    """The words of all revisions, unpublished ones too, as `app.text.tokenizer` reads them."""

    def add(self, connection: Connection, revision_ids: range) -> None:
        """Index the titles and texts of these stored revisions."""

    def settle(self, connection: Connection) -> None:
        """Finish what `add` has put off, so that searches are fast; called before a publish."""

    def is_current(self, connection: Connection) -> bool:
        """Return whether the texts were read by the tokenizer of this release."""

    def rebuild(self, connection: Connection, progress: IndexProgress) -> None:
        """Index all stored revisions again."""

    def hits(self, connection: Connection, leaf: Leaf | And | Or) -> NDArray[np.int64]:
        """Return the ids of the revisions that contain a leaf of a query, or all or any of several leaves."""

    def frequent_words(self, connection: Connection, at_least: int) -> list[str]:
        """Return the words, as indexed, that `at_least` revisions or more contain; it reads the whole index."""

    def word_hits(self, connection: Connection, word: str, after: int) -> NDArray[np.int64]:
        """Return the ids after `after` of the revisions that contain an indexed word, in order."""

    def word_counts(self, connection: Connection, word: str) -> TextCounts:
        """Return the revisions that contain an indexed word, and how often each does, in any column."""

    def lengths(self, connection: Connection, after: int) -> TextCounts:
        """Return the indexed revisions after `after`, and how many words each has."""

    def totals(self, connection: Connection) -> tuple[int, int]:
        """Return the number of indexed revisions, and that of all their words."""

    def expansions(self, connection: Connection, prefix: Term, limit: int, known: Collection[str] = ()) -> int:
        """Return how many words a prefix stands for, at most `limit`; some of them may be known to be indexed."""

    def prefix_hits(self, connection: Connection, beginning: str, known: Collection[str]) -> NDArray[np.int64]:
        """Return the revisions that contain a word with a beginning, apart from known ones, in any column.

        They are in any order, and may occur several times.
        """

    def scores(
        self, connection: Connection, tree: Node, revision_ids: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return those of these revisions that contain a leaf that the query does not exclude, and their scores.

        All of them match. The ids are sorted and not empty, and there is such a leaf. Scores are bm25, the lower the
        better (Robertson and Zaragoza 2009).
        """

    def state(self, connection: Connection) -> str:
        """Return the row and token counts of the index: apart from the words, scores depend on them alone."""


class Generation(Protocol):
    """The files or the server that a name stood for when it was opened; anything else under that name is another one.

    It closes its connections when nothing refers to it any more.
    """

    @property
    def engine(self) -> Engine:
        """A reader of this generation: it raises ReplacedError instead of opening another one."""

    @property
    def is_replaced(self) -> bool:
        """Whether the engine has refused to open another generation."""

    def is_current(self) -> bool:
        """Return whether the name of the database still stands for this generation."""

    def remember(self, version: int, token: str) -> None:
        """Never read a host that lacks this publish, where the name stands for several hosts."""


def pinned_engine(generation: Generation, version: int, token: str) -> Engine:
    """Return the reader of a generation that raises ReplacedError unless this publish is stored.

    It keeps the generation open. Nothing is stored of version 0, which was never published.
    """
    publish = {PUBLISH_OPTION: (version, token)} if version else {}
    if version:
        generation.remember(version, token)
    return generation.engine.execution_options(**{GENERATION_OPTION: generation}, **publish)


class Store(Protocol):
    """A database. Creating a store opens nothing."""

    url: str
    """The URL that names the database."""

    named_by: str
    """The setting or the argument that has the URL, for messages."""

    name: str
    """The name of the database in messages."""

    extra_tables: tuple[str, ...]
    """The tables that no model declares."""

    @property
    def text_index(self) -> TextIndex:
        """The text index of the database."""

    def version(self) -> tuple[str, str]:
        """Return the name of the database system and its version."""

    def identity(self) -> tuple[object, ...]:
        """Return a value that is the same for two stores exactly if they are the same database, whatever their URLs."""

    def folder(self) -> Path | None:
        """Return the folder of the file that the database is; None where a server has it."""

    def read_host(self) -> str | None:
        """Return which host this process reads; None where there is no choice, and before one is chosen."""

    def exists(self) -> bool:
        """Return whether there is such a database, perhaps without tables."""

    def table_names(self) -> list[str]:
        """Return the tables of the database, none if it does not exist; nothing is changed.

        Raise DatelineError for what is not a database.
        """

    def reader_engine(self, *, connections: int = 4) -> Engine:
        """Return an engine that cannot write, each transaction of which has one consistent view.

        The deadline in effect when a transaction begins limits it: each statement raises what `Deadline.check` raises.
        """

    def open_generation(self, *, connections: int = 4) -> Generation:
        """Open what the name of the database stands for now; raise UnavailableError if it cannot be opened."""

    def writer_engine(self) -> Engine:
        """Return the engine of the single writer: fully durable, and locked from the first statement."""

    def writer_lock(self) -> AbstractContextManager[None]:
        """Exclude other writers; raise WriterBusyError if there is one, DatelineError if none can ever write.

        Where the engine of the writer holds the lock with its connection, there may be another one later.
        """

    def explain(self, error: DatabaseError) -> DatelineError | None:
        """Return what a database error means: DamagedError or UnusableError; None for a mistake of ours."""

    def explain_unreadable(self, error: DatabaseError) -> UnavailableError:
        """Return why the database cannot be opened by a reader, with the command that fixes this."""

    def create_tables(self, connection: Connection) -> None:
        """Create the tables of this release in an empty database that no migration can fill; the others are migrated.

        Migrations older than the first release with a store do not know its dialect.
        """

    def postpone_indexes(self, connection: Connection) -> None:
        """Drop the indexes that a load into an empty database does not need, until `complete_indexes`.

        They are the same after any interruption: a load that goes on does not need them, either, and completes them.
        """

    def complete_indexes(self, connection: Connection) -> None:
        """Build the indexes that were postponed, if any were."""

    def prepare_publish(self, connection: Connection) -> None:
        """Finish the text index and the indexes that were postponed.

        The commit of this transaction then waits until copies of the database have it.
        """

    def insert_rows(self, connection: Connection, table: type[SQLModel], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, of which there is at least one.

        Their values are in the table's column order, JSON as text, booleans as integers, enum members as their values.
        """

    def among(self, column: Mapped[str], values: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition that a column has one of these values, of which there may be thousands."""

    def next_revision_ids(self, connection: Connection, count: int) -> range:
        """Return consecutive ids for new revisions, greater than any id there ever was."""

    def last_revision_id(self, connection: Connection) -> int:
        """Return the greatest id that a revision ever had, 0 if there never was one; nothing is changed."""

    def set_last_revision_id(self, connection: Connection, revision_id: int) -> None:
        """Let the ids of new revisions begin after this one, which none of the stored revisions exceeds."""

    def blob(self, connection: Connection, query: SelectOfScalar[bytes]) -> bytes | None:
        """Return the one large value of a query, None if there is none."""

    def raw_rows(self, connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
        """Return rows in the form in which `insert_rows` takes them."""

    def rows_by_id(self, connection: Connection, query: Select[Any], ids: Sequence[int]) -> Sequence[Sequence[Any]]:
        """Return the rows of a query whose first column is one of these ids, in any order, as the driver reads them.

        The query has no parameters of its own, and is compiled only once: make it once. Booleans may be integers.
        """

    def faults(self, engine: Engine) -> Iterator[str]:
        """Yield the faults in storage, indexes, references and rows of the text index; words are not checked."""

    def word_faults(self, engine: Engine, pause: Callable[[], None] = lambda: None) -> Iterator[str]:
        """Yield a fault if the text index does not have exactly the words of the stored texts.

        `pause` is called after each small slice of work, none of which keeps a transaction open.
        """

    def background_engine(self, pause: Callable[[], None]) -> Engine:
        """Return a reader for one thread whose statements call `pause` often, which may raise to end them."""

    def shrink(self, engine: Engine) -> None:
        """Free the disk space of deleted rows and of their words in the text index."""

    def flush_log(self, engine: Engine) -> None:
        """Write everything that is committed into the database itself, so that it is complete without its log."""

    def backup(self, target: Path) -> AbstractContextManager["Store"]:
        """Copy a consistent state of the database, even while others use it, and provide the copy for a check.

        The copy gets its name when the block ends, and is dropped if it raises. Raise DatelineError if the name is
        taken or the copy cannot be written.
        """

    def restore(self, source: Path, *, replace: bool) -> AbstractContextManager["Store"]:
        """Copy a backup, and provide the copy to be migrated, flushed and checked; other writers are excluded.

        The copy atomically takes the place of the database when the block ends, and is dropped if it raises. Servers
        continue with its content, even if the database was too damaged to be written to and was set aside. Raise
        DatelineError if there is a database already and it is not to be replaced.
        """


def connected_store(bind: Engine | Connection) -> Store:
    """Return the store of an engine or a connection."""
    store: Store = bind.get_execution_options()[STORE_OPTION]
    return store


def is_interrupted(bind: Engine | Connection, error: Exception) -> bool:
    """Return whether an error means that the same work is likely to succeed if it is repeated."""
    meaning = connected_store(bind).explain(error) if isinstance(error, DatabaseError) else error
    return isinstance(meaning, InterruptedReadError)


def read_again(session: Session, read: Callable[[], Value]) -> Value:
    """Return what a function reads with this session; if the database interrupts it, let it read again, once."""
    try:
        return read()
    except (DatabaseError, InterruptedReadError) as error:
        if not is_interrupted(session.get_bind(), error):
            raise
    session.close()
    return read()


@contextmanager
def explained_errors(store: Store) -> Iterator[None]:
    """Raise what database errors mean in their place; mistakes of ours stay as they are."""
    try:
        yield
    except DatabaseError as error:
        if (meaning := store.explain(error)) is None:
            raise
        raise meaning from error
