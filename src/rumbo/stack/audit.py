"""Runs the audit against the stack on a data folder, starting its broker where nothing runs."""

from __future__ import annotations

from rumbo.lake.places import lake_of
from rumbo.pipeline.audit import audit as audit_lake
from rumbo.pipeline.ledger import AuditReport
from rumbo.settings import Settings
from rumbo.stack.backfill import Backfills
from rumbo.stack.reach import Say, broker_of
from rumbo.transport.kafka import KafkaOffsets, KafkaTableReader


def run_audit(settings: Settings, trip: str | None, date: str | None, wait_s: float, say: Say) -> AuditReport:
    """Audit the lake of `settings`. Raises NotFound where no stack has ever run on its data folder."""
    lake = lake_of(settings)
    with broker_of(settings, say) as bootstrap:
        scratch = (
            settings.data_dir.absolute() / "run"
        )  # not the system's: its temporary files may be in memory
        scratch.mkdir(parents=True, exist_ok=True)
        return audit_lake(
            lake,
            offsets=KafkaOffsets(bootstrap),
            tables=KafkaTableReader(bootstrap),
            trip=trip,
            date=date,
            sources=[Backfills.of(settings, lake)],
            scratch=scratch,
            wait_s=wait_s,
            progress=say,
        )
