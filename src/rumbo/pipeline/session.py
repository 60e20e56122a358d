"""The one Spark session of a process."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from rumbo.errors import CannotStart
from rumbo.lake.places import Lake
from rumbo.pipeline.abfs import reach_accounts, trusting

HINT = "Run `make setup`, which fetches the JVM jars."

_POOLS = "pools.xml"
_SHARES = """<allocations>
  <pool name="default"><schedulingMode>FIFO</schedulingMode><weight>4</weight><minShare>1</minShare></pool>
  <pool name="alerts"><schedulingMode>FIFO</schedulingMode><weight>1</weight><minShare>0</minShare></pool>
</allocations>
"""
"""Of the tasks that wait for a slot, landing's come first; the alerts' have what is left."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Spark of several machines. Each has Rumbo, its Python, its jars and the lake's folders at the same paths."""

    master: str
    """spark://host:port"""
    executor_memory: str


def cluster_of(master: str, executor_memory: str) -> Cluster | None:
    """None: no cluster, this machine. Raises CannotStart for a master that is none."""
    if not master:
        return None
    if not master.startswith("spark://"):
        raise CannotStart(
            f"{master!r} names no Spark.", hint="RUMBO_SPARK_MASTER looks like spark://host:7077."
        )
    return Cluster(master, executor_memory)


def build_session(
    app: str,
    jars_dir: Path,
    work_dir: Path,
    *,
    cores: int = 2,
    memory_mb: int = 1024,
    lake: Lake | None = None,
    brief: bool = False,
    cluster: Cluster | None = None,
) -> SparkSession:
    """A session with Kafka and Delta on board; its scratch files stay under `work_dir`.

    It works on `cores` of this machine, or with as many executors of one core on a `cluster`. `brief`: for little work
    of many kinds, which Java's optimising compiler would outlast. With a `lake` it can reach the accounts that the lake
    is in, by this process' identity. JAVA_HOME says which Java runs it. Raises CannotStart where the jars are missing,
    Java does not start or there is no identity for an account.
    """
    jars = sorted(jars_dir.glob("*.jar"))
    if not any(jar.name.startswith("delta-spark") for jar in jars):
        raise CannotStart(f"There are no Spark jars in {jars_dir}.", hint=HINT)
    os.environ["PYSPARK_PYTHON"] = sys.executable  # else the workers start whatever python3 is on the PATH
    work_dir.mkdir(parents=True, exist_ok=True)
    (work_dir / _POOLS).write_text(_SHARES, encoding="utf-8")
    builder = SparkSession.Builder().appName(app).master(cluster.master if cluster else f"local[{cores}]")
    settings = _settings(jars, work_dir, memory_mb, cores, brief=brief)
    if cluster is not None:
        settings |= _on_cluster(cluster, settings, cores)
        settings["spark.executor.extraJavaOptions"] += trusting(lake)
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as exc:  # PySpark raises a bare RuntimeError or a Py4J error, by where Java failed
        raise CannotStart("Spark did not start.", hint=f"Check the Java in JAVA_HOME. ({exc})") from exc
    session.sparkContext.setLogLevel("WARN")
    if lake is not None:
        reach_accounts(session, lake, work_dir)
    return session


def _on_cluster(cluster: Cluster, settings: dict[str, str], cores: int) -> dict[str, str]:
    """What executors elsewhere need: the same classes, and a way back to this process."""
    return {
        "spark.driver.host": socket.gethostname(),
        "spark.driver.bindAddress": "0.0.0.0",  # noqa: S104  # executors come from other machines
        "spark.executor.extraClassPath": settings["spark.driver.extraClassPath"],
        "spark.executor.extraJavaOptions": settings["spark.driver.extraJavaOptions"],
        "spark.executor.memory": cluster.executor_memory,
        "spark.executor.cores": "1",
        "spark.cores.max": str(cores),
    }


def _settings(jars: list[Path], work_dir: Path, memory_mb: int, cores: int, *, brief: bool) -> dict[str, str]:
    paths = ":".join(str(jar) for jar in jars)
    java = "-Duser.timezone=UTC -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError"  # no paths: spaces part the options
    if brief:
        java += " -XX:TieredStopAtLevel=1"
    return {
        # On the class path of the driver, which in local mode is also the executor: no copies, no file server.
        "spark.driver.extraClassPath": paths,
        "spark.driver.memory": f"{memory_mb}m",
        "spark.driver.extraJavaOptions": java,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(work_dir / "spark"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(work_dir / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.session.timeZone": "UTC",
        "spark.redaction.regex": "(?i)secret|password|token|access[.]?key|fs[.]azure[.]account",
        "spark.scheduler.mode": "FAIR",
        "spark.scheduler.allocation.file": str(work_dir / _POOLS),
        "spark.sql.shuffle.partitions": str(cores),
        "spark.sql.adaptive.enabled": "false",
        # A batch has a day or two: a writer for each costs less than to sort all rows by day first.
        "spark.sql.maxConcurrentOutputFileWriters": "8",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
        # An event of the year 1 must land as it is and not stop the stream.
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.databricks.delta.snapshotPartitions": "1",
        # Bin-packing: files from here on are left alone, so a growing day is not rewritten again and again.
        "spark.databricks.delta.optimize.minFileSize": str(32 * 1024 * 1024),
        "spark.databricks.delta.optimize.maxFileSize": str(128 * 1024 * 1024),
        "spark.databricks.delta.retentionDurationCheck.enabled": "false",
    }
