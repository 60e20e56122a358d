"""A class archive (AppCDS) of the embedded broker, which halves its time to ready.

Made once at set-up by a training run. It is a static archive, so that it serves a Java without a default archive too,
as the one in the wheel is. The JVM checks that it fits Java and class path and goes on without it where it does not.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from rumbo.errors import CannotStart
from rumbo.stack import ports
from rumbo.stack.broker import BrokerSpec

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
DUMP_TIMEOUT_S = 120.0


def make_broker_archive(java_home: Path, jars_dir: Path, archive: Path) -> None:
    """Runs a broker on its own data, notes the classes it loads and writes them to `archive`.

    Raises CannotStart when the training run or the dump fails; an older archive then stays.
    """
    with tempfile.TemporaryDirectory(prefix="rumbo-archive-") as made:
        scratch = Path(made)
        port, controller_port = ports.choose(2)
        spec = BrokerSpec(scratch / "broker", jars_dir, java_home, port, controller_port)
        spec.prepare()
        classes = scratch / "classes"
        _train(spec, classes)
        archive.parent.mkdir(parents=True, exist_ok=True)
        fresh = archive.with_name(f"{archive.name}.{os.getpid()}")
        try:
            _dump(spec, classes, fresh)
            fresh.replace(archive)
        finally:
            fresh.unlink(missing_ok=True)


def _train(spec: BrokerSpec, classes: Path) -> None:
    java, *rest = spec.command()
    command = [java, f"-XX:DumpLoadedClassList={classes}", *rest]
    broker = subprocess.Popen(
        command, env={**os.environ, **spec.env()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not spec.is_ready():
            if broker.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"The training run of the broker did not get ready; see {spec.log}.")
            time.sleep(0.1)
        broker.terminate()
        broker.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired as exc:
        raise CannotStart("The training run of the broker did not stop.") from exc
    finally:
        if broker.poll() is None:
            broker.kill()
            broker.wait()


def _dump(spec: BrokerSpec, classes: Path, archive: Path) -> None:
    java, *rest = spec.command()
    options = rest[: rest.index("-cp") + 2]
    dump = ["-Xshare:dump", f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={archive}"]
    try:
        done = subprocess.run(
            [java, *dump, *options], capture_output=True, text=True, timeout=DUMP_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise CannotStart("The class archive could not be written.") from exc
    if done.returncode != 0 or not archive.exists():
        tail = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise CannotStart("The class archive could not be written.", hint=" ".join(tail))
