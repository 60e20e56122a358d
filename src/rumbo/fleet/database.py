"""The database: connections, transactions and migrations. SQLite for one machine, PostgreSQL for more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from rumbo.errors import CannotStart, Unavailable

BUSY_TIMEOUT_MS = 10_000
_WRITES = "rumbo_writes"


class Database:
    """Opens transactions on one engine. `read()` and `write()` raise Unavailable where it does not answer.

    On SQLite a write transaction takes the write lock at once (BEGIN IMMEDIATE), so what it has read cannot
    change before it commits; on PostgreSQL the repositories lock the rows they are about to change.
    """

    def __init__(self, engine: Engine) -> None:
        self._readers = engine
        self._writers = engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with _mapped(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with _mapped(), self._writers.begin() as connection:
            yield connection

    def ping(self) -> None:
        """Raises Unavailable where the database does not answer."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self._readers.dispose()


def open_database(url: str) -> Database:
    """The database at an SQLAlchemy URL, with its tables brought up to date.

    Raises CannotStart where it cannot be opened; the message does not hold the URL, which may have a password.
    """
    try:
        where = make_url(url)
        if where.get_backend_name() == "sqlite" and where.database:
            Path(where.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(where, pool_pre_ping=True, pool_size=8, max_overflow=24, pool_timeout=10)
        if engine.dialect.name == "sqlite":
            _tune_sqlite(engine)
        with Database(engine).write() as connection:
            migrate(connection)
    except (SQLAlchemyError, Unavailable, OSError, ImportError) as exc:
        raise CannotStart(
            f"The database does not open: {type(exc.__cause__ or exc).__name__}.",
            hint="Check RUMBO_DATABASE_URL, that the server runs, and that the folder is writable.",
        ) from exc
    return Database(engine)


def migrate(connection: Connection) -> None:
    """Bring the tables up to the newest revision, within the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7286263)"))  # two starts at once take turns
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as exc:
        raise Unavailable(
            "The database does not answer.", hint="Check its disk or server, then retry."
        ) from exc


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver would begin too late
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # an answered request survives a power cut
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
