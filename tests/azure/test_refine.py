"""One day refined by the batch's identity, from landing to staging, in a storage account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from deltalake import write_deltalake

from rumbo.domain.device import Faults
from rumbo.lake.read import open_table
from rumbo.lake.refined import positions, refined
from rumbo.lake.refined.records import QUALITY_RESULTS
from rumbo.lake.refined_days import changed_days
from rumbo.lake.storage import storage_options
from rumbo.lake.tables import Layer
from rumbo.pipeline.abfs import reach_accounts
from rumbo.pipeline.refine import Refinement, Status
from support.azure import BATCH, SECRETS, Account
from support.refinement import DAYS, landed, register

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(900)]
DAY = str(DAYS[0])
STAGING = (Layer.STAGING,)
"""Its checks write into common, so that all three places are met."""


def test_a_day_is_refined_by_the_batch_which_reads_landing_and_writes_the_rest(
    spark: SparkSession, account: Account, tmp_path: Path
) -> None:
    mine = account.lake("stream")
    for name, frame in landed(Faults()).items():
        path = f"{mine.landing}/{name}"
        arrow = frame.filter(pl.col("event_date") == DAYS[0]).to_arrow(compat_level=pl.CompatLevel.oldest())
        write_deltalake(
            path, arrow, partition_by=["event_date"], storage_options=storage_options(path, mine.access)
        )
    lake = account.lake("batch")
    reach_accounts(spark, lake, tmp_path)
    assert changed_days(lake, STAGING) == [DAY]
    refinement = Refinement(spark, lake, register(), lambda: 1_780_000_000_000, lambda _line: None)
    outcomes = list(refinement.refine([DAY], STAGING))
    assert [(one.layer, one.status) for one in outcomes] == [("staging", Status.DONE)]
    assert changed_days(lake, STAGING) == []
    made = {table.view: open_table(account.lake(), table.spec).rows() for table in refined(Layer.STAGING)}
    assert made["staging_positions"] > 100
    assert open_table(account.lake(), QUALITY_RESULTS).rows() > 0
    assert (
        open_table(account.lake(), positions.REFINED.spec).scan().collect().height
        == made["staging_positions"]
    )

    by_batch = [call for call in account.double.by(BATCH) if call.container.endswith(account.name[:11])]
    assert {call.container for call in by_batch if call.writes} == {
        account.container("staging"),
        account.container("common"),
    }
    assert not [call for call in by_batch if call.status == 403]
    for layer in ("staging", "common"):
        kept = b"".join(account.double.tree.files(account.container(layer)).values())
        assert SECRETS[BATCH].encode() not in kept
