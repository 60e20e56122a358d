"""What leaves this process."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from rumbo.errors import CannotStart
from rumbo.settings import Settings, without_secrets


def test_settings_that_leave_the_process_hold_no_secret_and_all_the_rest() -> None:
    settings = Settings(database_url="postgresql://rumbo:hush@db/rumbo", region="monaco", port=8010)
    sent = without_secrets(settings)
    assert b"hush" not in pickle.dumps(sent)
    assert (sent.database_url, sent.region, sent.port) == ("", "monaco", 8010)


def test_the_databases_password_comes_out_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("h/u@s:h\n")
    settings = Settings(
        database_url="postgresql+psycopg://rumbo@postgres:5433/rumbo", database_password_file=str(file)
    )
    assert settings.database == "postgresql+psycopg://rumbo:h%2Fu%40s%3Ah@postgres:5433/rumbo"
    assert "h/u" not in repr(settings)
    with pytest.raises(CannotStart, match="names no user"):
        _ = replace(settings, database_url="postgresql+psycopg://postgres/rumbo").database
    with pytest.raises(CannotStart, match="cannot be read"):
        _ = replace(settings, database_password_file=str(tmp_path / "none")).database
