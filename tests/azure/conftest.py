"""The double of a storage account, and for each test an account of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from support.azure import BATCH, SECRETS, STREAM, Account, settings_of
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
    name = f"t{crc32(request.node.nodeid.encode()):010}"
    places = {layer: f"{layer}-{name[:10]}" for layer in ("landing", "staging", "common")}
    double.tree.make_container(places["landing"], {STREAM: "rwx", BATCH: "r-x"})
    for layer in ("staging", "common"):
        double.tree.make_container(places[layer], {BATCH: "rwx"})
    urls = {f"lake_{layer}": double.place(place, name) for layer, place in places.items()}
    return Account(double, name, settings_of(double, tmp_path, **urls))
