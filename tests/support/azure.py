"""A lake in the double of a storage account, and the identities that reach it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rumbo.lake.access import read_access
from rumbo.lake.places import Lake
from rumbo.settings import Settings, read_settings
from support.dfs import Double
from support.dfs_tokens import TENANT

STREAM = "11111111-aaaa-4aaa-8aaa-111111111111"
BATCH = "22222222-bbbb-4bbb-8bbb-222222222222"
SECRETS = {STREAM: "s3cret~of.the_stream-9f", BATCH: "s3cret~of.the_batch-4c"}


@dataclass(frozen=True, slots=True)
class Account:
    """One account name of the double, with settings that reach it. Names differ by test: the JVM keeps file systems
    by account."""

    double: Double
    name: str
    settings: Settings

    def container(self, layer: str) -> str:
        return f"{layer}-{self.name[:11]}"

    def lake(self, role: str = "reader") -> Lake:
        given = self.settings
        return Lake(given.landing, given.staging, given.common, access=read_access(given.azure(role)))


def settings_of(double: Double, folder: Path, **more: str) -> Settings:
    """Settings of a lake on the double, with both identities' secrets in files."""
    files = {}
    for name, client in (("stream", STREAM), ("batch", BATCH)):
        files[name] = folder / f"{name}.secret"
        files[name].write_text(SECRETS[client] + "\n", encoding="utf-8")
    given = {
        "azure_tenant_id": TENANT,
        "azure_authority": double.url,
        "azure_endpoint": double.url,
        "azure_ca_file": str(double.ca_file),
        "azure_stream_client_id": STREAM,
        "azure_stream_client_secret_file": str(files["stream"]),
        "azure_batch_client_id": BATCH,
        "azure_batch_client_secret_file": str(files["batch"]),
    }
    return read_settings({}, data_dir=folder, **given | more)
