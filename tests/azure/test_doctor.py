"""`rumbo doctor` on a lake in an account: what each identity may do, and a 403 in plain words. Without Spark."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rumbo.settings import Settings
from rumbo.stack.doctor import Finding, examine_lake
from support.azure import BATCH, SECRETS, STREAM, Account


def wrong(settings: Settings) -> dict[str, str]:
    return {found.what: str(found.error) for found in examine_lake(settings) if found.error}


def told(found: list[Finding]) -> list[str]:
    return [one.what.removeprefix("lake/") for one in found]


def test_each_identity_does_what_it_has_business_with_and_leaves_nothing(account: Account) -> None:
    found = list(examine_lake(account.settings))
    assert [one for one in found if one.error or one.note] == []
    assert told(found) == [
        *(f"landing as {step}" for step in ("stream: write", "stream: read", "batch: read", "stream: rename",
                                            "stream: delete", "batch: no writing")),
        *(f"{layer} as {step}" for layer in ("staging", "common")
          for step in ("batch: write", "batch: read", "batch: rename", "batch: delete", "stream: no writing")),
    ]  # fmt: skip
    assert [
        account.double.tree.files(account.container(one)) for one in ("landing", "staging", "common")
    ] == [{}] * 3


def test_a_403_says_who_lacks_which_right_where_and_what_to_do(account: Account) -> None:
    account.double.tree.allow(account.container("landing"), BATCH, "--x")
    found = wrong(account.settings)
    assert list(found) == ["lake/landing as batch: read"]
    said = found["lake/landing as batch: read"]
    assert f"The batch's identity (client {BATCH}) may not read in the container" in said
    assert "r and x on the container" in said
    assert "object id" in said


def test_a_right_too_many_is_noted(account: Account) -> None:
    account.double.tree.allow(account.container("common"), STREAM, "rwx")
    notes = {one.what: one.note for one in examine_lake(account.settings) if one.note}
    assert list(notes) == ["lake/common as stream: no writing"]
    assert account.double.tree.files(account.container("common")) == {}


def test_a_wrong_secret_is_told_once_for_each_place_and_never_shown(account: Account, tmp_path: Path) -> None:
    file = tmp_path / "old.secret"
    file.write_text("an-old-secret-9")
    found = wrong(replace(account.settings, azure_stream_client_secret_file=str(file)))
    assert "its client secret is wrong (AADSTS7000215)" in found["lake/landing as stream: sign in"]
    assert "an-old-secret-9" not in str(found)
    assert SECRETS[BATCH] not in str(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"azure_tenant_id": "nobody.example"}, "there is no such tenant"),
        ({"azure_batch_client_id": "99999999-9999-4999-8999-999999999999"}, "no such application"),
        ({"azure_authority": "https://127.0.0.1:9"}, "https://127.0.0.1:9 cannot be reached"),
        ({"azure_endpoint": "https://127.0.0.1:9"}, "cannot be reached"),
        ({"azure_ca_file": ""}, "is not trusted here"),
        ({"azure_batch_client_id": ""}, "no identity to reach it by"),
    ],
)
def test_what_keeps_an_identity_out_is_told_in_plain_words(
    account: Account, change: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    secret = {"azure_batch_client_secret_file": ""} if change.get("azure_batch_client_id") == "" else {}
    found = wrong(replace(account.settings, **change | secret))  # type: ignore[arg-type]  # texts all
    assert said in next(text for what, text in found.items() if "common as batch" in what)


def test_a_container_that_is_not_there_is_named(account: Account) -> None:
    gone = account.double.place("nowhere", account.name)
    found = wrong(replace(account.settings, lake_common=gone))
    assert f"{account.name} has no container nowhere" in found["lake/common as batch: write"]


def test_folders_are_tried_too_and_stay_as_they_were(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    assert told([one for one in examine_lake(settings) if one.is_good]) == [
        f"{layer} as {role}: {step}"
        for layer, role in (("landing", "stream"), ("staging", "batch"), ("common", "batch"))
        for step in ("write", "read", "rename", "delete")
    ]
    assert list(tmp_path.iterdir()) == []
