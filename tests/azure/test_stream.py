"""The stream's landing in a storage account: the real ABFS driver, with OAuth over TLS, against the double."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rumbo.events.fields import POSITION
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.read import open_table
from rumbo.lake.refusals import explain
from rumbo.lake.tables import LANDED_EVENTS, REJECTED
from rumbo.pipeline import abfs
from rumbo.pipeline.abfs import reach_accounts
from rumbo.pipeline.landing import create_tables
from support.azure import SECRETS, STREAM, Account
from support.dfs import Fault
from support.stream import Log, event, run_stream

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(900)]
POSITIONS = LANDED_EVENTS[POSITION.topic]


def landed(lake: Lake) -> list[tuple[str, int, int]]:
    """The records of the positions' topic in the lake, the broken ones that other tests sent among them."""
    place = ("kafka_topic", "kafka_partition", "kafka_offset")
    rows = [
        row
        for table in (POSITIONS, REJECTED)
        for row in open_table(lake, table).scan().select(place).collect().rows()
    ]
    return sorted(row for row in rows if row[0] == POSITION.topic)


def sent(log: Log) -> list[tuple[str, int, int]]:
    return [row[:3] for row in log.committed() if row[0] == POSITION.topic]


def test_the_stream_lands_in_an_account_and_goes_on_there_whatever_the_account_answers(
    spark: SparkSession, log: Log, account: Account, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    double, lake = account.double, account.lake("stream")
    log.send([event(POSITION, seq=n) for n in range(3)])
    reach_accounts(spark, lake, tmp_path)
    run_stream(spark, log, lake, tmp_path)
    assert landed(account.lake()) == sent(log)

    # Another life of it: each token is about to end when it is given, and the account answers badly for a while.
    issued = double.tokens.issued[STREAM]
    double.tokens.life_s = 20
    faults = [
        Fault(lambda c: c.who == STREAM, 503, "ServerBusy", times=4),
        Fault(lambda c: c.who == STREAM and c.method == "PATCH", 429, "TooManyRequests"),
        Fault(lambda c: "x-ms-rename-source" in c.headers, 500, "OperationTimedOut", after=True),
        Fault(lambda c: c.query.get("action") == "flush", cut=True, after=True),
    ]
    log.send([event(POSITION, seq=n) for n in range(3, 6)])
    try:
        with ExitStack() as ordered:
            met = [ordered.enter_context(double.fault(fault)) for fault in faults]
            run_stream(spark, log, lake, tmp_path)
    finally:
        double.tokens.life_s = 3600
    assert landed(account.lake()) == sent(log)
    assert [fault.met for fault in met] == [fault.times for fault in faults]
    assert double.tokens.issued[STREAM] > issued + 3

    mine = [call for call in double.by(STREAM) if call.container.endswith(account.name[:11])]
    assert {call.container for call in mine} == {account.container("landing")}
    assert any(call.path.startswith("_checkpoints/stream/commits") for call in mine if call.writes)
    everything = b"".join(double.tree.files(account.container("landing")).values())
    said = "".join(capfd.readouterr())
    for secret in SECRETS.values():
        assert secret.encode() not in everything
        assert secret not in said


def test_the_streams_identity_cannot_write_beside_landing_and_is_told_so(
    spark: SparkSession, account: Account, tmp_path: Path
) -> None:
    mine = account.lake("stream")
    wrong = Lake(mine.common, mine.staging, mine.common, access=mine.access)  # as if common were landing
    reach_accounts(spark, wrong, tmp_path)
    with pytest.raises(Exception, match="403") as refused:
        create_tables(spark, wrong, [POSITIONS])
    told = explain(refused.value, wrong)
    assert told is not None
    assert f"The stream's identity (client {STREAM}) may not" in str(told)
    assert f"in the container {account.container('common')} of {account.name}" in str(told)
    assert account.double.tree.files(account.container("common")) == {}


def test_a_wrong_secret_and_an_account_out_of_reach_are_told_in_plain_words(
    spark: SparkSession, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abfs, "RETRIES", 0)
    monkeypatch.setitem(account.double.tokens.principals, STREAM, "another one by now")
    lake = account.lake("stream")
    reach_accounts(spark, lake, tmp_path)
    with pytest.raises(Exception, match="AADSTS7000215") as refused:
        create_tables(spark, lake, [POSITIONS])
    assert SECRETS[STREAM] not in str(refused.value)
    told = str(explain(refused.value, lake))
    assert "its client secret is wrong" in told
    assert STREAM in told

    far = f"{account.name}far"
    places: dict[str, Any] = {
        f"lake_{one}": account.double.place(one, far) for one in ("landing", "staging", "common")
    }
    lake = lake_of(replace(account.settings, azure_endpoint="https://127.0.0.1:9", **places), "stream")
    monkeypatch.setitem(account.double.tokens.principals, STREAM, SECRETS[STREAM])
    reach_accounts(spark, lake, tmp_path)
    with pytest.raises(Exception, match="Connection refused") as refused:
        create_tables(spark, lake, [POSITIONS])
    assert f"The storage account {far} cannot be reached" in str(explain(refused.value, lake))


def test_a_workload_identity_writes_by_the_token_in_its_file(
    spark: SparkSession, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "federated"
    token.write_text("assertion-of-the-stream")
    monkeypatch.setitem(account.double.tokens.federated, STREAM, "assertion-of-the-stream")
    settings = replace(
        account.settings, azure_stream_client_secret_file="", azure_stream_federated_token_file=str(token)
    )
    lake = lake_of(settings, "stream")
    reach_accounts(spark, lake, tmp_path)
    create_tables(spark, lake, [POSITIONS])
    assert open_table(account.lake(), POSITIONS).version == 0


def test_sparks_own_settings_hold_no_secret(spark: SparkSession, account: Account, tmp_path: Path) -> None:
    reach_accounts(spark, account.lake("stream"), tmp_path)
    settings = dict(spark.sparkContext.getConf().getAll())
    shown = [*settings.values(), *(str(row) for row in spark.sql("SET").collect())]
    assert not [text for text in shown if SECRETS[STREAM] in text]
    arguments = Path(f"/proc/{_driver(spark)}/cmdline").read_bytes()
    assert SECRETS[STREAM].encode() not in arguments


def _driver(spark: SparkSession) -> int:
    return int(spark._jvm.java.lang.ProcessHandle.current().pid())  # type: ignore[union-attr]
