"""What leaves this process."""

from __future__ import annotations

import pickle

from rumbo.settings import Settings, without_secrets


def test_settings_that_leave_the_process_hold_no_secret_and_all_the_rest() -> None:
    settings = Settings(database_url="postgresql://rumbo:hush@db/rumbo", region="monaco", port=8010)
    sent = without_secrets(settings)
    assert b"hush" not in pickle.dumps(sent)
    assert (sent.database_url, sent.region, sent.port) == ("", "monaco", 8010)


def test_the_names_that_the_web_app_goes_by_are_a_list() -> None:
    assert Settings(allowed_hosts=" api, Fleet.Example ,,").host_names == {"api", "fleet.example"}
    assert Settings().host_names == frozenset()
