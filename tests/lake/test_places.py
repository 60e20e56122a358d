from __future__ import annotations

from pathlib import Path

import pytest

from rumbo.errors import InvalidInput
from rumbo.lake.places import Lake
from rumbo.lake.storage import checked_place
from rumbo.lake.tables import LANDING_TABLES, REJECTED

URL = "abfss://landing@rumbolake.dfs.core.windows.net/rumbo"


def test_a_folder_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert checked_place("lake/landing") == str(tmp_path / "lake" / "landing")


@pytest.mark.parametrize("url", [URL, URL + "/", URL.removesuffix("/rumbo")])
def test_an_abfss_url_is_kept_without_a_slash_at_its_end(url: str) -> None:
    assert checked_place(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "text",
    ["", " ", "s3://bucket/x", "https://a.b/c", "abfss://x", "abfss://Upper@account.dfs.core.windows.net/x",
     URL + "?sig=secret", "/data/100%", "/data/a#b", "abfss://c@acc.dfs.core.windows.net//x", "file:///tmp/x"],
)  # fmt: skip
def test_any_other_location_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        checked_place(text)


def test_a_tables_path_is_its_place_and_its_name(tmp_path: Path) -> None:
    lake = Lake(URL, str(tmp_path / "s"), str(tmp_path / "c"))
    assert lake.table_path(REJECTED) == f"{URL}/rejected"
    assert lake.stream_checkpoint.startswith(f"{URL}/_")
    assert len({lake.table_path(spec) for spec in LANDING_TABLES}) == len(LANDING_TABLES)
