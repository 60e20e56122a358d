"""The lake in an account, without a cloud: executors elsewhere, signing in, TLS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.containers import DEPLOY, Containers, assert_balanced, the_main_job_with
from support.stack import TRIPS

pytestmark = [pytest.mark.timeout(1500), pytest.mark.long]


@pytest.fixture(scope="module")
def on_azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    lines = (DEPLOY / "azurite" / "azurite.env").read_text().splitlines()
    env = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    with the_main_job_with(
        tmp_path_factory.mktemp("azurite"),
        "compose.azure.yaml",
        "compose.azurite.yaml",
        make_secrets="azurite/secrets.sh",
        **env,
    ) as found:
        yield found


def test_a_trip_lands_in_the_account_once_and_its_day_is_refined_there(on_azurite: Containers) -> None:
    trip = on_azurite.trip(on_azurite.vehicle("In the account"), TRIPS[0])["id"]
    on_azurite.wait_for_arrival(trip)
    assert_balanced(on_azurite.audit(), 1)
    ended = on_azurite.api.get(f"/trips/{trip}").json()["ended_at"]
    on_azurite.compose("exec", "-T", "api", "rumbo", "refine", "--date", ended[:10], timeout=600)
    rows = on_azurite.api.get("/dashboards/totals", params={"from": ended[:10], "to": ended[:10]}).json()[
        "items"
    ]
    assert [row["trips_arrived"] for row in rows if row["span"] == "chosen"] == [1]
    assert on_azurite.compose("exec", "-T", "azurite", "ls", "/data")
    assert not on_azurite.compose("exec", "-T", "api", "ls", "/lake/landing").split()


def test_no_secret_of_the_account_is_in_a_log(on_azurite: Containers) -> None:
    names = ("azure_stream", "azure_batch", "azurite_account", "azurite_key")
    secrets = [(on_azurite.secrets / name).read_text() for name in names]
    told = on_azurite.compose("logs", "--no-color", timeout=300)
    told += on_azurite.docker("inspect", *on_azurite.compose("ps", "-q").split())
    assert not [secret for secret in secrets if secret in told]
