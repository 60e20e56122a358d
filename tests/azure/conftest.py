"""The double of a storage account, and for each test an account of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from rumbo.settings import Settings
from support.azure import BATCH, SECRETS, STREAM, Account, settings_of
from support.azurite import ACCOUNT, running_azurite
from support.dfs import Double, running


@pytest.fixture(scope="session")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Double]:
    before = os.environ.get("SSL_CERT_FILE")
    with running(tmp_path_factory.mktemp("double"), SECRETS) as found:
        yield found
    os.environ.pop("SSL_CERT_FILE", None)
    if before is not None:
        os.environ["SSL_CERT_FILE"] = before


@pytest.fixture
def account(double: Double, tmp_path: Path, request: pytest.FixtureRequest) -> Account:
    """An account of the test's own: the stream may write landing, the batch may read it and write the others."""
    found = Account(double, f"t{crc32(request.node.nodeid.encode()):010}", Settings())
    rights = {"landing": {STREAM: "rwx", BATCH: "r-x"}, "staging": {BATCH: "rwx"}, "common": {BATCH: "rwx"}}
    for layer, given in rights.items():
        double.tree.make_container(found.container(layer), given)
    urls = {f"lake_{layer}": double.place(found.container(layer), found.name) for layer in rights}
    return replace(found, settings=settings_of(double, tmp_path, **urls))


@pytest.fixture(scope="module")
def on_azurite(double: Double, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a lake on Azurite, whose tokens the double gives."""
    folder = tmp_path_factory.mktemp("azurite")
    with running_azurite(folder / "azurite", double.authority) as azurite:
        layers = ("landing", "staging", "common")
        for layer in layers:
            azurite.make_container(layer, double, STREAM, double.ca_file)
        places = {f"lake_{layer}": double.place(layer, ACCOUNT) for layer in layers}
        yield settings_of(double, folder, azure_endpoint=azurite.url, azure_namespace="flat", **places)
