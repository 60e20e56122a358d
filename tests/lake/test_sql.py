from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import write_deltalake

from rumbo.errors import InvalidInput, NotFound, RumboError, TooLarge, Unavailable
from rumbo.lake.catalog import catalog, find_table
from rumbo.lake.engine import engine
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table
from rumbo.lake.sql import query
from support.lake_rows import lake_in, positions, put

POSITIONS = catalog()["landing.positions"]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = lake_in(tmp_path_factory.mktemp("sql"))
    put(lake, "landing.positions", positions("trp_1", 5, day=5))
    put(lake, "landing.positions", positions("trp_2", 7, day=6))
    return lake


def ask(lake: Lake, sql: str, **more: Any) -> list[dict[str, Any]]:
    with query(lake, sql, **more) as found:
        return [row for batch in found.batches for row in batch.to_pylist()]


def test_tables_are_named_with_their_layer_and_joined(lake: Lake) -> None:
    sql = """
        WITH t AS (SELECT trip_id, count(*) AS n, max(event_date) AS day FROM Landing."positions" GROUP BY 1)
        SELECT t.trip_id, n, CAST(day AS VARCHAR) AS day FROM t LEFT JOIN common.trip_facts f USING (trip_id) ORDER BY 1
    """
    assert ask(lake, sql) == [
        {"trip_id": "trp_1", "n": 5, "day": "2026-03-05"},
        {"trip_id": "trp_2", "n": 7, "day": "2026-03-06"},
    ]


def test_a_version_is_pinned_and_the_one_that_was_read_is_told(lake: Lake) -> None:
    count = "SELECT count(*) AS n FROM landing.positions"
    assert (
        ask(lake, count, versions={"": 0})
        == ask(lake, count, versions={"landing.positions": 0})
        == [{"n": 5}]
    )
    with query(lake, f"{count} JOIN landing.rejected USING (kafka_offset)") as found:
        assert found.versions == {"landing.positions": 1, "landing.rejected": None}
    for versions, said in (
        ({"": 9}, "version 9"),
        ({"landing.rejected": 0}, "does not name landing.rejected"),
    ):
        with pytest.raises(RumboError, match=said):
            ask(lake, count, versions=versions)
    with pytest.raises(InvalidInput, match="names 2 tables"):
        ask(lake, "SELECT 1 FROM landing.positions, landing.rejected", versions={"": 0})


def test_only_the_days_and_columns_asked_for_are_read(lake: Lake) -> None:
    sql = "EXPLAIN ANALYZE SELECT avg(lat) FROM landing.positions WHERE event_date = DATE '2026-03-06'"
    ((_, plan),) = (row.values() for row in ask(lake, sql))
    assert "Scanning Files: 1/2" in plan
    assert "Projections: lat " in plan


def test_one_file_of_the_older_kind_leaves_the_new_columns_null(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    frame = put(lake_in(tmp_path / "other"), "landing.positions", positions("trp_1", 2))
    path = lake.table_path(POSITIONS)
    write_deltalake(path, frame.drop("speed_mps"), partition_by=["event_date"])
    assert ask(lake, "SELECT count(*) AS n, count(speed_mps) AS s FROM landing.positions") == [
        {"n": 2, "s": 0}
    ]
    write_deltalake(path, frame, mode="append", schema_mode="merge", partition_by=["event_date"])
    assert ask(lake, "SELECT count(*) AS n, count(speed_mps) AS s FROM landing.positions") == [
        {"n": 4, "s": 2}
    ]


def test_an_account_is_read_through_polars_with_the_same_rows(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "SELECT trip_id, seq, lat, event_time FROM landing.positions WHERE trip_id = 'trp_2' ORDER BY seq"
    here = ask(lake, sql)
    monkeypatch.setattr(Snapshot, "local_files", lambda _: [])
    assert ask(lake, sql) == here and len(here) == 7


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "/etc/passwd"',
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd', header = false)",
        "SELECT * FROM read_blob('{secret}')",
        "SELECT * FROM read_parquet('{secret}')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_text('https://example.com/')",
        "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
        "SELECT * FROM query_table('/etc/passwd')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('{secret}')",
        "SELECT getenv('HOME')",
        "EXPLAIN ANALYZE SELECT * FROM read_text('/etc/passwd')",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{target}'",
        "COPY (SELECT 1) TO '{target}'",
        "COPY landing.positions TO '{target}'",
        "EXPORT DATABASE '{target}'",
        "ATTACH '{target}' AS other",
        "INSTALL spatial",
        "LOAD httpfs",
        "LOAD '{target}'",
        "SET enable_external_access = true",
        "PRAGMA enable_external_access = true",
        "RESET allowed_paths",
        "CREATE TABLE t AS SELECT 1",
        "CREATE SECRET s (TYPE azure)",
        "DROP VIEW landing.positions",
        "DELETE FROM landing.positions",
        "PREPARE p AS SELECT 1",
        "CALL pragma_version()",
        "CHECKPOINT",
        "SELECT 1; COPY (SELECT 1) TO '{target}'",
        "SELECT * FROM lake",
        "",
        ";",
        "-- nothing",
        "\x00",
        "SELECT * FROM landing.positions WHERE",
        "PIVOT landing.positions ON seq USING count(*)",
        "SHOW TABLES",
    ],
)  # fmt: skip
def test_nothing_but_the_tables_can_be_reached(lake: Lake, tmp_path: Path, sql: str) -> None:
    secret, target = tmp_path / "secret.parquet", tmp_path / "target"
    pl.DataFrame({"a": [1]}).write_parquet(secret)
    with pytest.raises((InvalidInput, NotFound)) as refused:
        ask(lake, sql.format(secret=secret, target=target))
    assert "root:" not in str(refused.value)
    assert not target.exists()


def test_the_engines_own_fence_holds_where_the_kind_of_statement_is_not_looked_at(
    lake: Lake, tmp_path: Path
) -> None:
    with engine({"landing.positions": open_table(lake, POSITIONS)}) as connection:
        for statement in ("COPY (SELECT 1) TO '{}'", "ATTACH '{}' AS o", "EXPORT DATABASE '{}'"):
            with pytest.raises(Exception, match=r"disabled|locked"):
                connection.execute(statement.format(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_go_with_the_engine(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sql = "SELECT sum(length(t::VARCHAR)) OVER (ORDER BY hash(t)) AS s FROM range(3000000) r(t)"
    with query(lake, sql, memory_mb=64) as found:
        next(iter(found.batches))
        assert any(file.is_file() for file in tmp_path.rglob("*"))
    assert list(tmp_path.iterdir()) == []


def test_what_needs_too_much_memory_is_refused(lake: Lake) -> None:
    with pytest.raises(TooLarge, match="64 MB"):
        ask(lake, "SELECT list(t) AS l FROM range(30000000) r(t)", memory_mb=64)


def test_a_huge_cross_join_is_stopped_when_its_time_is_up(lake: Lake) -> None:
    sql = "SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x + y = -7"
    with pytest.raises(Unavailable, match=r"stopped after 0\.2 s"):
        ask(lake, sql, timeout_s=0.2)


def test_a_long_result_is_stopped_too(lake: Lake) -> None:
    with (
        pytest.raises(Unavailable, match="stopped"),
        query(lake, "SELECT x, y FROM range(1000000) a(x), range(1000000) b(y)", timeout_s=0.3) as found,
    ):
        for _ in found.batches:
            pass


@pytest.mark.parametrize(
    ("sql", "kind", "says"),
    [
        ("SELECT * FROM landing.position", NotFound, "landing.positions"),
        ("SELECT * FROM positions", NotFound, "landing.positions or staging.positions"),
        ("SELECT * FROM rejected", NotFound, "landing.rejected"),
        ("SELECT * FROM common.trip_fact", NotFound, "common.trip_facts"),
        ("SELECT * FROM nothing_like_it", NotFound, "rumbo tables"),
        ("SELEC 1", InvalidInput, "^^^^^"),
        ("SELECT frm FROM landing.positions", InvalidInput, "frm"),
        ("SELECT trip FROM landing.positions", InvalidInput, "trip_id"),
    ],
)
def test_errors_say_what_and_where(lake: Lake, sql: str, kind: type[RumboError], says: str) -> None:
    with pytest.raises(kind) as wrong:
        ask(lake, sql)
    assert says in str(wrong.value)


def test_a_table_is_found_by_its_full_name_or_by_its_own_where_that_is_the_only_one() -> None:
    assert find_table("trip_facts") is find_table("common/Trip_facts") is catalog()["common.trip_facts"]
    with pytest.raises(NotFound, match=r"landing\.positions or staging.positions"):
        find_table("positions")
