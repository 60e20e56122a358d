"""The stream's landing in a storage account: the real ABFS driver, with OAuth over TLS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rumbo.events.fields import POSITION
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS
from rumbo.pipeline.abfs import reach_accounts
from support.azure import Account
from support.stream import Log, event, run_stream

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.jvm


def test_what_the_stream_lands_in_an_account_is_read_there_without_spark(
    spark: SparkSession, log: Log, account: Account, tmp_path: Path
) -> None:
    log.send([event(POSITION, seq=n) for n in range(3)])
    lake = account.lake("stream")
    reach_accounts(spark, lake, tmp_path)
    run_stream(spark, log, lake, tmp_path)

    rows = open_table(account.lake(), LANDED_EVENTS[POSITION.topic]).scan().collect()
    assert rows.height >= 3
