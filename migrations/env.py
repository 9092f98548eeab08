"""The database that Alembic migrates: the one of a passed connection, or DATELINE_DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from app import models  # noqa: F401 - fills the metadata
from app.settings import Settings
from app.stores import store_of
from app.stores.store import connected_store


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Return whether to compare this object with the models; those of text indexes are in none."""
    return not (type_ == "table" and name is not None and name.startswith("article_text"))


def migrate(connection: Connection) -> None:
    """Run the migrations on this connection in one transaction; a store may create all tables at once instead."""
    context.configure(connection=connection, target_metadata=SQLModel.metadata, include_name=include_name)
    with context.begin_transaction():
        connected_store(connection).create_tables(connection)
        context.run_migrations()


passed_connection = context.config.attributes.get("connection")
if passed_connection is not None:
    migrate(passed_connection)
else:
    engine = store_of(Settings().database_url).writer_engine()
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()
