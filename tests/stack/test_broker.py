"""The embedded broker on folders that people have."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures_kafka import RunningBroker, broker_spec
from rumbo.errors import CannotStart


@pytest.mark.jvm
def test_a_folder_with_accents_and_spaces_holds_the_brokers_data_and_log(tmp_path: Path) -> None:
    broker = RunningBroker(broker_spec(tmp_path / "añó nuevo 🚚"))
    broker.start()
    broker.stop()
    assert (broker.spec.home / "log" / "__cluster_metadata-0").is_dir()
    assert broker.spec.log.stat().st_size > 0


def test_a_folder_that_kafka_would_take_for_two_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="comma"):
        broker_spec(tmp_path / "a,b").prepare()
