"""The three places of the lake. No path of a table is spelt anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rumbo.lake.access import LOCAL, Access, read_access
from rumbo.lake.storage import checked_place
from rumbo.lake.tables import Layer, TableSpec


@dataclass(frozen=True, slots=True)
class Lake:
    """Each place is a folder or an abfss:// URL; they may lie in different accounts with different rights.

    `access` is the identity of this process, with which it reaches accounts. Raises InvalidInput for a location that is
    neither.
    """

    landing: str
    staging: str
    common: str
    access: Access = field(default=LOCAL, kw_only=True)

    def __post_init__(self) -> None:
        for layer in Layer:
            object.__setattr__(self, layer.value, checked_place(self.place(layer)))

    def place(self, layer: Layer) -> str:
        return {Layer.LANDING: self.landing, Layer.STAGING: self.staging, Layer.COMMON: self.common}[layer]

    def table_path(self, spec: TableSpec) -> str:
        """Where a table's Delta log and files are."""
        return f"{self.place(spec.layer)}/{spec.name}"

    @property
    def stream_checkpoint(self) -> str:
        """The stream's checkpoint. It lies in landing because the stream's identity writes nowhere else."""
        return f"{self.landing}/_checkpoints/stream"


class Known(Protocol):
    """What settings know of a lake."""

    @property
    def landing(self) -> str: ...
    @property
    def staging(self) -> str: ...
    @property
    def common(self) -> str: ...
    def azure(self, role: str) -> Mapping[str, str]: ...


def lake_of(settings: Known, role: str = "reader") -> Lake:
    """The lake as one role (stream, batch, reader) reaches it."""
    return Lake(settings.landing, settings.staging, settings.common, access=read_access(settings.azure(role)))
