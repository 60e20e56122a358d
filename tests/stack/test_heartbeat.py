from __future__ import annotations

from pathlib import Path

from rumbo.children import Heartbeat


def test_a_file_is_touched_once_a_second_while_the_process_gets_on(tmp_path: Path) -> None:
    file = tmp_path / "alive"
    heartbeat = Heartbeat(str(file))
    heartbeat.beat(10.0)
    assert file.exists()
    for at, touched in ((10.0, False), (10.9, False), (11.0, True), (11.0, False), (12.5, True)):
        file.unlink(missing_ok=True)
        heartbeat.beat(at)
        assert file.exists() == touched, at


def test_without_a_file_or_the_right_to_it_work_goes_on(tmp_path: Path) -> None:
    Heartbeat().beat(1.0)
    Heartbeat(str(tmp_path / "no" / "folder")).beat(1.0)
    assert list(tmp_path.iterdir()) == []
