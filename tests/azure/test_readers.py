"""What reads and mends without Spark, on a lake in an account: deltalake's client with OAuth over TLS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rumbo.errors import CannotStart, RumboError, Unavailable
from rumbo.events.fields import POSITION
from rumbo.lake import storage
from rumbo.lake.catalog import catalog
from rumbo.lake.export import Selection, export
from rumbo.lake.kinds import ExportFormat
from rumbo.lake.mend import Place, mend
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.read import open_table
from rumbo.lake.refined.records import MENDED
from rumbo.lake.sql import query
from rumbo.settings import Settings
from support.azure import BATCH, STREAM, Account
from support.dfs import Fault
from support.lake_rows import positions, put
from support.stream import event

POSITIONS = catalog()["landing.positions"]


def ask(lake: Lake, sql: str) -> list[dict[str, Any]]:
    with query(lake, sql) as found:
        return [row for batch in found.batches for row in batch.to_pylist()]


def filled(account: Account) -> Lake:
    """The lake as readers see it, with rows of two days that the stream's identity wrote in two commits."""
    for day in (5, 6):
        put(account.lake("stream"), "landing.positions", positions(f"trp_{day}", day, day=day))
    return account.lake()


def test_sql_and_export_read_tables_in_an_account(account: Account, tmp_path: Path) -> None:
    lake = filled(account)
    sql = "SELECT trip_id, count(*) AS n FROM landing.positions WHERE event_date = '2026-03-06' GROUP BY 1"
    assert ask(lake, sql) == [{"trip_id": "trp_6", "n": 6}]
    done = export(lake, Selection(trip_id="trp_5"), ExportFormat.PARQUET, tmp_path / "trip.parquet")
    assert done.rows == 5
    assert pl.read_parquet(tmp_path / "trip.parquet")["seq"].to_list() == list(range(5))
    assert open_table(lake, POSITIONS, version=0).rows() == 5


def test_a_day_is_read_without_the_files_of_others(account: Account) -> None:
    lake = filled(account)
    with account.double.lock:
        account.double.calls.clear()
    frame = open_table(lake, POSITIONS).scan().filter(pl.col("event_date") == pl.date(2026, 3, 6))
    assert frame.select("seq").collect().height == 6
    read = {call.path for call in account.double.by(BATCH) if call.path.endswith(".parquet")}
    assert len(read) == 1


def test_a_record_is_mended_in_an_account(account: Account) -> None:
    topic, key, value = event(POSITION)
    row = {"kafka_topic": topic, "kafka_partition": 1, "kafka_offset": 7, "kafka_key": key, "payload": value}
    put(account.lake("stream"), "landing.rejected", [row])
    done = mend(account.lake("batch"), Place(topic, 1, 7), None, {}, "as it was")
    assert done["event"] == POSITION.name
    mended = open_table(account.lake(), MENDED).scan().select("kafka_offset", "note").collect()
    assert mended.rows() == [(7, "as it was")]


def test_a_table_that_nobody_has_written_yet_is_empty(account: Account) -> None:
    assert open_table(account.lake(), POSITIONS).version is None


def test_tokens_are_renewed_before_they_end(account: Account) -> None:
    lake, double = filled(account), account.double
    double.tokens.life_s, issued = 30, double.tokens.issued[BATCH]
    try:
        assert ask(lake, "SELECT count(*) AS n FROM landing.positions") == [{"n": 11}]
    finally:
        double.tokens.life_s = 3600
    assert double.tokens.issued[BATCH] > issued + 1


def test_a_busy_account_is_waited_for(account: Account) -> None:
    lake = filled(account)
    with account.double.fault(Fault(lambda c: c.who == BATCH, 503, times=3)) as busy:
        assert ask(lake, "SELECT count(*) AS n FROM landing.positions") == [{"n": 11}]
    assert busy.met == 3


def test_a_workload_identity_reads_with_the_token_that_its_file_holds_now(
    account: Account, tmp_path: Path
) -> None:
    filled(account)
    token = tmp_path / "federated"
    token.write_text("assertion-of-today\n")
    tokens = account.double.tokens
    tokens.federated[BATCH] = "assertion-of-today"
    settings = replace(
        account.settings,
        azure_batch_client_secret_file="",
        azure_batch_federated_token_file=str(token),
    )
    try:
        assert ask(lake_of(settings), "SELECT count(*) AS n FROM landing.positions") == [{"n": 11}]
        tokens.federated[BATCH] = "assertion-of-tomorrow"
        with pytest.raises(CannotStart, match="not one that the application trusts"):
            open_table(lake_of(settings), POSITIONS)
    finally:
        del tokens.federated[BATCH]


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ({"azure_batch_client_secret_file": "", "azure_batch_client_secret": "old~one"}, CannotStart, "AADSTS7000215"),
        ({"azure_tenant_id": "nobody.example"}, CannotStart, "there is no such tenant"),
        ({"azure_endpoint": "https://127.0.0.1:9"}, Unavailable, "cannot be reached"),
        ({"lake_landing": "abfss://nowhere@acme.dfs.core.windows.net"}, Unavailable, "no container nowhere"),
    ],
)  # fmt: skip
def test_what_keeps_a_reader_out_is_told_in_plain_words_without_the_secret(
    account: Account,
    change: dict[str, Any],
    kind: type[RumboError],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(storage, "RETRIES", 1)
    settings: Settings = replace(account.settings, **change)
    with pytest.raises(kind, match=said) as told:
        open_table(lake_of(settings), POSITIONS)
    assert "old~one" not in str(told.value)


def test_a_403_tells_a_reader_who_lacks_which_right(account: Account) -> None:
    lake = filled(account)
    account.double.tree.allow(account.container("landing"), BATCH, "---")
    with pytest.raises(Unavailable, match=f"The batch's identity .client {BATCH}. may not read in") as told:
        open_table(lake, POSITIONS)
    assert "r and x" in told.value.hint
    assert STREAM not in str(told.value)
