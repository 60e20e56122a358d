"""The embedded Kafka broker: a real single-node KRaft broker, described so that a supervisor can run it.

`prepare()` writes the configuration and formats the storage once; `command()` and `env()` say what to start;
`is_ready()` asks the running broker. SIGTERM stops it cleanly; after a kill it recovers its log by itself.
"""

from __future__ import annotations

import base64
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from rumbo.errors import CannotStart
from rumbo.transport.admin import reachable

NODE_ID = 1
HOST = "127.0.0.1"
FORMAT_TIMEOUT_S = 120.0
JVM_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Duser.timezone=UTC",
)

_PROPERTIES = """\
# Written by Rumbo at every start; changes are lost.
process.roles=broker,controller
node.id={node}
controller.quorum.voters={node}@{host}:{controller_port}
controller.listener.names=CONTROLLER
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=BROKER://{host}:{port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
log.dirs={log_dir}
auto.create.topics.enable=false
# One node: every internal topic has one replica.
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
# What a killed worker left open is undone soon after its time is over, for nobody can read past it.
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# A worker's progress lives in its group's offsets: they must never expire (ten years, in minutes).
offsets.retention.minutes=5256000
group.initial.rebalance.delay.ms=0
# After a kill the old registration must expire before the broker may join again.
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
# Small: this broker shares a laptop with Spark.
num.network.threads=2
num.io.threads=4
background.threads=2
num.recovery.threads.per.data.dir=2
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.io.buffer.size=262144
"""

_LOG4J = """\
# Written by Rumbo at every start; changes are lost.
status=error
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName={log_file}
appender.file.filePattern={log_file}.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}} %-5p %c{{1}} %m%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=3
rootLogger.level=warn
rootLogger.appenderRef.file.ref=file
logger.life.name=kafka.server.KafkaRaftServer
logger.life.level=info
"""


@dataclass(frozen=True, slots=True)
class BrokerSpec:
    """One embedded broker. Its data, configuration and cluster id live in `data_dir`."""

    data_dir: Path
    jars_dir: Path
    """Folder with the broker's jars."""
    java_home: Path
    """Home of a Java 17 or newer."""
    port: int
    controller_port: int
    log_file: Path | None = None
    """Where the broker writes its log; None: `data_dir`/broker.log."""
    cds_archive: Path | None = None
    """AppCDS archive, used when the file exists: it halves the time to ready."""

    @property
    def home(self) -> Path:
        return self.data_dir.absolute()

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        return (self.log_file or self.home / "broker.log").absolute()

    def command(self) -> list[str]:
        """The broker's command line."""
        return [*self._jvm(), "kafka.Kafka", str(self._properties)]

    def env(self) -> dict[str, str]:
        """Environment the process needs on top of its parent's."""
        return {"LC_ALL": "C.UTF-8"}

    def prepare(self) -> None:
        """Write the configuration and, the first time, format the storage. Safe to repeat.

        Raises CannotStart where the jars are missing, the storage cannot be formatted, or Kafka cannot take its path.
        """
        if "," in str(self.home):
            raise CannotStart(
                f"Kafka cannot keep its data in {self.home}: it takes the comma for the end of a path.",
                hint="Choose a folder without a comma with --data.",
            )
        self.home.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(
            _PROPERTIES.format(
                node=NODE_ID,
                host=HOST,
                port=self.port,
                controller_port=self.controller_port,
                log_dir=_escaped(self._log_dir),
            ),
            encoding="ascii",
        )
        self._log4j.write_text(_LOG4J.format(log_file=_escaped(self.log)), encoding="ascii")
        if not (self._log_dir / "meta.properties").exists():
            self._format()

    def is_ready(self, timeout_s: float = 1.0) -> bool:
        """Whether the broker answers a metadata request with itself in it."""
        return reachable(self.bootstrap, timeout_s)

    @property
    def _properties(self) -> Path:
        return self.home / "server.properties"

    @property
    def _log4j(self) -> Path:
        return self.home / "log4j2.properties"

    @property
    def _log_dir(self) -> Path:
        return self.home / "log"

    def _jvm(self) -> list[str]:
        jars = sorted(self.jars_dir.absolute().glob("*.jar"))
        if not any(jar.name.startswith("kafka_") for jar in jars):
            raise CannotStart(
                f"There are no Kafka jars in {self.jars_dir}.", hint="Run `make setup` to fetch them."
            )
        sharing: list[str] = []
        if self.cds_archive is not None and self.cds_archive.exists():
            # `auto` goes on without the archive when another JVM made it.
            sharing = [
                "-Xshare:auto",
                f"-XX:SharedArchiveFile={self.cds_archive.absolute()}",
                "-Xlog:cds=off",
            ]
        return [
            str(self.java_home / "bin" / "java"),
            *JVM_OPTIONS,
            *sharing,
            f"-Dlog4j2.configurationFile={self._log4j}",
            "-cp",
            ":".join(map(str, jars)),  # explicit and sorted: an archive only fits the same class path
        ]

    def _cluster_id(self) -> str:
        stored = self.home / "cluster.id"
        if not stored.exists():
            stored.write_text(base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="))
        return stored.read_text().strip()

    def _format(self) -> None:
        command = [*self._jvm(), "kafka.tools.StorageTool", "format", "--ignore-formatted"]
        command += ["--cluster-id=" + self._cluster_id(), "--config", str(self._properties)]
        try:
            done = subprocess.run(
                command,
                env={**os.environ, **self.env()},
                capture_output=True,
                text=True,
                timeout=FORMAT_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise CannotStart("The broker's storage could not be formatted.", hint=str(exc)) from exc
        if done.returncode != 0:
            tail = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise CannotStart("The broker's storage could not be formatted.", hint=" ".join(tail))


def _escaped(path: Path) -> str:
    """A path as Java's property files want it: they are Latin-1, and a backslash begins an escape."""
    units = str(path).replace("\\", "\\\\").encode("utf-16-be").hex()
    codes = [int(units[i : i + 4], 16) for i in range(0, len(units), 4)]
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)
