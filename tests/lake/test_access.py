"""Who a process is to Azure: its settings, and that the secret shows nowhere."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from rumbo.errors import CannotStart, RumboError
from rumbo.lake.access import LOCAL, Access, Identity, Secret, read_access
from rumbo.lake.places import Lake
from rumbo.lake.storage import container_of, storage_options
from rumbo.settings import NO_IDENTITY, Settings, only_identity, read_settings

TENANT, CLIENT, OTHER = (f"{n * 8}-{n * 4}-{n * 4}-{n * 4}-{n * 12}" for n in "123")
HUSH = "h~u.s_h-s3cret"
URL = "abfss://landing@acme.dfs.core.windows.net"


def given(**values: str) -> Settings:
    return read_settings(
        {}, azure_tenant_id=TENANT, **{f"azure_{name}": text for name, text in values.items()}
    )


def stream_by(**way: str) -> Settings:
    return given(stream_client_id=CLIENT, **{f"stream_{name}": text for name, text in way.items()})


def test_a_secret_shows_in_no_text_of_settings_identity_access_or_lake() -> None:
    settings = stream_by(client_secret=HUSH)
    access = read_access(settings.azure("stream"))
    lake = Lake(URL, URL, URL, access=access)
    shown = [f"{one!r} {one!s} {one}" for one in (settings, access, access.identity, lake)]
    assert HUSH not in "".join(shown)
    assert CLIENT in str(access.identity)


def test_a_secret_does_not_leave_its_process_in_a_pickle() -> None:
    access = read_access(stream_by(client_secret=HUSH).azure("stream"))
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(access)


def test_a_secret_is_taken_out_of_what_others_say() -> None:
    access = Access(Identity(TENANT, CLIENT, Secret(HUSH)))
    assert access.hidden_in(f"the secret {HUSH} is wrong") == "the secret *** is wrong"


def test_a_secret_in_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("first\n")
    access = read_access(stream_by(client_secret_file=str(file)).azure("stream"))
    assert storage_options(URL, access)["azure_storage_client_secret"] == "first"
    file.write_text("second\n")
    assert storage_options(URL, access)["azure_storage_client_secret"] == "second"


def test_a_workload_identity_needs_no_secret(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("assertion")
    options = storage_options(URL, read_access(stream_by(federated_token_file=str(token)).azure("stream")))
    assert options["azure_federated_token_file"] == str(token)
    assert "azure_storage_client_secret" not in options


def test_the_accounts_blob_endpoint_is_used_beside_its_dfs_one() -> None:
    access = read_access(stream_by(client_secret=HUSH).azure("stream"))
    assert storage_options(URL, access)["azure_storage_endpoint"] == "https://acme.blob.core.windows.net"
    assert container_of(URL + "/a/b").folder == "a/b"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"stream_client_id": CLIENT}, "no way to sign in"),
        ({"stream_client_secret": HUSH}, "not whose it is"),
        (
            {"stream_client_id": CLIENT, "stream_client_secret": HUSH, "stream_federated_token_file": "/x"},
            "more than one way",
        ),
        ({"stream_client_id": CLIENT, "stream_client_secret_file": "/nowhere"}, "cannot be read"),
        ({"stream_client_id": "rumbo", "stream_client_secret": HUSH}, "not the id of an application"),
        ({"tenant_id": "", "stream_client_id": CLIENT, "stream_client_secret": HUSH}, "TENANT_ID is not set"),
        ({"authority": "http://login"}, "begins with https"),
        ({"namespace": "deep"}, "must be hierarchical or flat"),
        ({"ca_file": "/nowhere"}, "CA_FILE"),
    ],
)
def test_settings_that_do_not_fit_are_refused_without_showing_the_secret(
    values: dict[str, str], said: str
) -> None:
    settings = read_settings({}, **{"azure_tenant_id": TENANT} | {f"azure_{n}": v for n, v in values.items()})
    with pytest.raises(CannotStart, match=said) as told:
        read_access(settings.azure("stream"))
    assert HUSH not in str(told.value)


def test_an_account_without_an_identity_is_refused_with_what_to_set() -> None:
    with pytest.raises(RumboError, match="RUMBO_AZURE_STREAM_CLIENT_ID"):
        storage_options(URL, read_access(Settings().azure("stream")))
    assert storage_options("/a/folder", LOCAL) == {}


def test_a_child_gets_its_own_identity_and_nobody_elses() -> None:
    settings = given(
        stream_client_id=CLIENT, stream_client_secret="one", batch_client_id=OTHER, batch_client_secret="two"
    )
    kept = {
        role: set(only_identity(settings, role).as_env().values()) & {"one", "two"}
        for role in ("stream", "batch")
    }
    assert kept == {"stream": {"one"}, "batch": {"two"}}
    assert not {"one", "two"} & set(only_identity(settings).as_env().values())
    assert set(NO_IDENTITY) <= set(settings.as_env())


def test_readers_are_the_batch_unless_they_have_an_identity() -> None:
    settings = given(batch_client_id=OTHER, batch_client_secret="two")
    read = read_access(settings.azure("reader"))
    assert read.identity is not None
    assert read.identity.client_id == OTHER
    child = only_identity(settings, "reader")
    assert (child.azure_reader_client_id, child.azure_batch_client_secret) == (OTHER, "")
    assert read_access(child.azure("reader")).identity is not None
