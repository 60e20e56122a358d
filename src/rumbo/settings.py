"""Every setting in one table: name, type, default, help.

A setting `data_dir` is `--data-dir` on the command line where a command takes it and `RUMBO_DATA_DIR` in the
environment. Only the entry points read settings; everything else is handed what it needs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from dataclasses import field as _field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from rumbo.errors import CannotStart

PREFIX = "RUMBO_"
DEFAULT_DATA_DIR = Path(".rumbo")
ROLES = ("stream", "batch", "reader")
"""Whose identities at Azure there are. A process has one of them, or none."""
OF_A_ROLE = ("client_id", "client_secret", "client_secret_file", "federated_token_file")
NO_IDENTITY = {f"{PREFIX}AZURE_{role}_{name}".upper(): "" for role in ROLES for name in OF_A_ROLE}
"""For the environment of a child that has no business with the lake."""


def _setting(default: Any, text: str, *, secret: bool = False) -> Any:
    return _field(default=default, repr=not secret, metadata={"help": text, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. An empty string means: derived from `data_dir`, see the properties."""

    # _setting is dataclasses.field with help; it gives no shared mutable value.
    data_dir: Path = _setting(DEFAULT_DATA_DIR, "Folder that holds all state of the embedded stack.")  # noqa: RUF009
    host: str = _setting("127.0.0.1", "Address the web app listens on.")
    port: int = _setting(8000, "Port the web app listens on.")
    allowed_hosts: str = _setting(
        "",
        "Names, by commas, that the web app answers to besides this machine's; empty: any where `host` opens it to "
        "others.",
    )
    region: str = _setting("", "Region to drive in; empty: the first there is, else the demo region.")
    speed: float = _setting(1.0, "World seconds a wall second, 0.1 to 1000.")
    workers: int = _setting(1, "Drive workers to start.")
    bootstrap_servers: str = _setting("", "Kafka to use; empty: the embedded broker.")
    replication: int = _setting(1, "Copies of each topic, at most as many as there are brokers.")
    database_url: str = _setting("", "SQLAlchemy URL; empty: SQLite in the data folder.", secret=True)
    database_password_file: str = _setting("", "File that holds the password for `database_url`.")
    lake_landing: str = _setting("", "Folder or abfss:// URL of the landing place.")
    lake_staging: str = _setting("", "Folder or abfss:// URL of the staging place.")
    lake_common: str = _setting("", "Folder or abfss:// URL of the common place.")
    azure_tenant_id: str = _setting("", "Microsoft Entra tenant that the lake's identities are in.")
    azure_authority: str = _setting(
        "https://login.microsoftonline.com", "Address that gives tokens; others are for sovereign clouds."
    )
    azure_endpoint: str = _setting("", "Address in the place of the storage accounts' own: an emulator.")
    azure_ca_file: str = _setting(
        "", "PEM file of the certificate authorities to trust instead of the machine's."
    )
    azure_namespace: str = _setting(
        "hierarchical", "hierarchical or flat: whether the accounts have folders with rights of their own."
    )
    azure_stream_client_id: str = _setting("", "Application that the stream is; it writes landing only.")
    azure_stream_client_secret: str = _setting("", "The stream's client secret.", secret=True)
    azure_stream_client_secret_file: str = _setting("", "File that holds the stream's client secret.")
    azure_stream_federated_token_file: str = _setting("", "The stream's token file, for a workload identity.")
    azure_batch_client_id: str = _setting(
        "", "Application that the refinement is; it reads landing, writes staging and common."
    )
    azure_batch_client_secret: str = _setting("", "The refinement's client secret.", secret=True)
    azure_batch_client_secret_file: str = _setting("", "File that holds the refinement's client secret.")
    azure_batch_federated_token_file: str = _setting(
        "", "The refinement's token file, for a workload identity."
    )
    azure_reader_client_id: str = _setting(
        "", "Application that sql, export, trace and audit are; empty: the refinement's."
    )
    azure_reader_client_secret: str = _setting("", "The readers' client secret.", secret=True)
    azure_reader_client_secret_file: str = _setting("", "File that holds the readers' client secret.")
    azure_reader_federated_token_file: str = _setting("", "The readers' token file, for a workload identity.")
    osrm_url: str = _setting("", "Base URL of an OSRM server to route with; empty: embedded Valhalla.")
    tick_ms: int = _setting(200, "Wall milliseconds between two ticks of a drive worker.")
    stream_trigger_ms: int = _setting(1000, "Wall milliseconds between two micro-batches of the stream.")
    spark_master: str = _setting("", "Spark to use, spark://host:port; empty: two cores of this machine.")
    spark_cores: int = _setting(2, "Cores that the stream works on; on a cluster an executor each.")
    spark_executor_memory: str = _setting(
        "768m", "Memory of each executor on the Spark that `spark_master` names."
    )
    heartbeat_file: str = _setting(
        "", "File that a worker or the stream touches while it gets on with its work; empty: none."
    )
    alerts: str = _setting("on", "Whether the stream looks for alerts: on or off.")
    alert_rules: str = _setting(
        "", "YAML or JSON file with alert rules; empty: those shipped (docs/alerts.md)."
    )
    daily_refinement: str = _setting(
        "on", "Whether `rumbo up` refines each day that is over by itself: on or off (where Airflow does it)."
    )
    log_level: str = _setting("INFO", "Level of the services' logs.")

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database, its password in it. Raises CannotStart where that cannot be read."""
        url = self.database_url or f"sqlite:///{self.data_dir.absolute() / 'rumbo.db'}"
        return _with_password(url, Path(self.database_password_file)) if self.database_password_file else url

    @property
    def host_names(self) -> frozenset[str]:
        names = (name.strip().lower() for name in self.allowed_hosts.split(","))
        return frozenset(name for name in names if name)

    @property
    def landing(self) -> str:
        return self.lake_landing or str(self.data_dir.absolute() / "lake" / "landing")

    @property
    def staging(self) -> str:
        return self.lake_staging or str(self.data_dir.absolute() / "lake" / "staging")

    @property
    def common(self) -> str:
        return self.lake_common or str(self.data_dir.absolute() / "lake" / "common")

    @property
    def regions_dir(self) -> Path:
        return self.data_dir.absolute() / "regions"

    def azure(self, role: str) -> dict[str, str]:
        """What one role (stream, batch, reader) is told about Azure: what `rumbo.lake.access.read_access` takes."""
        if role == "reader" and not any(self._own("reader").values()):
            return self.azure("batch")
        shared = ("tenant_id", "authority", "endpoint", "ca_file", "namespace")
        return {"role": role, **self._own(role), **{name: getattr(self, f"azure_{name}") for name in shared}}

    def _own(self, role: str) -> dict[str, str]:
        return {name: getattr(self, f"azure_{role}_{name}") for name in OF_A_ROLE}

    def as_env(self) -> dict[str, str]:
        """These settings as environment variables, for a child process."""
        return {PREFIX + f.name.upper(): str(getattr(self, f.name)) for f in fields(self)}


def without_secrets(settings: Settings) -> Settings:
    """The same with empty secrets: for what leaves this process."""
    secrets: dict[str, Any] = {
        field.name: field.default for field in fields(settings) if field.metadata["secret"]
    }
    return replace(settings, **secrets)


def only_identity(settings: Settings, role: str = "") -> Settings:
    """The same with one role's identity at Azure, or none: a child has no business with another's."""
    known = settings.azure(role) if role else {}
    kept: dict[str, Any] = {
        f"azure_{one}_{name}": known[name] if one == role else "" for one in ROLES for name in OF_A_ROLE
    }
    return replace(settings, **kept)


def read_settings(env: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """Settings from `given` (those not None), else the environment, else the defaults.

    Raises CannotStart for a value that does not fit its type or a RUMBO_ variable that no setting has.
    """
    known = {f.name: f for f in fields(Settings)}
    values: dict[str, Any] = {}
    for key, text in env.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX).lower()
        if name not in known:
            raise CannotStart(f"There is no setting {key}.", hint="`rumbo settings` lists them.")
        values[name] = _parse(name, type(known[name].default), text)
    values |= {name: value for name, value in given.items() if value is not None}
    return Settings(**values)


def _with_password(url: str, file: Path) -> str:
    at = urlsplit(url)
    if not at.username:
        raise CannotStart(
            f"{PREFIX}DATABASE_URL names no user whose password {file} could hold.",
            hint="It looks like postgresql+psycopg://user@host/database.",
        )
    try:
        password = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as exc:
        raise CannotStart(f"The file with the database's password, {file}, cannot be read.") from exc
    host = at.netloc.rpartition("@")[2]
    return urlunsplit(at._replace(netloc=f"{at.username}:{quote(password, safe='')}@{host}"))


def _parse(name: str, kind: type, text: str) -> Any:
    try:
        return kind(text)
    except ValueError as exc:
        raise CannotStart(f"{PREFIX}{name.upper()} must be a {kind.__name__}, not {text!r}.") from exc
