"""What the JVM side needs: a Java, the jars, and a class archive that halves the broker's start.

`rumbo` is imported where it is used: these modules are loaded before the packages are installed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tools.setup.steps import CACHE, ROOT, SetupFailed, Step, call, digest
from tools.setup.trust import trust_options

if TYPE_CHECKING:
    from rumbo.stack.java import JavaHome

JARS = CACHE / "jars"
LOCK = ROOT / "requirements" / "jars.xml"
LOCK_SETTINGS = ROOT / "requirements" / "ivysettings.xml"
SUMS = ROOT / "requirements" / "jars.sha256"
ARCHIVE = CACHE / "broker.jsa"
CONFS = ("broker", "spark", "tools")


def java_step() -> Step:
    """Finds the Java to use and makes a home for the one in the wheel if that is it."""

    def run() -> str:
        java = find_java()
        return f"{java.major} from {java.source}"

    return Step("Java", run, CACHE / "java", _java_inputs)


def jars_step() -> Step:
    return Step(
        title="JVM jars",
        run=lambda: retrieve(JARS),
        stamp=JARS / "stamp",
        inputs=lambda: digest([LOCK, LOCK_SETTINGS, SUMS]),
        check=lambda: not wrong_jars(JARS),
    )


def archive_step() -> Step:
    return Step(
        title="Class archive of the broker",
        run=make_archive,
        stamp=CACHE / "broker.jsa.stamp",
        inputs=lambda: digest([SUMS, ROOT / "src" / "rumbo" / "stack" / "class_archive.py"], _java_inputs()),
        outputs=(ARCHIVE,),
    )


def find_java() -> JavaHome:
    from rumbo.errors import CannotStart
    from rumbo.stack import java

    try:
        return java.find_java(CACHE)
    except CannotStart as exc:
        raise SetupFailed(str(exc)) from exc


def retrieve(target: Path) -> str:
    """Retrieves the locked jars and puts them, once proven, into `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="jars-") as made:
        fresh = Path(made) / "jars"
        ivy(LOCK, f"{fresh}/[conf]/[artifact]-[revision].[ext]", Path(made), "-settings", LOCK_SETTINGS)
        wrong = wrong_jars(fresh)
        if wrong:
            raise SetupFailed(
                f"{wrong} What was retrieved does not fit requirements/jars.sha256; nothing was kept."
            )
        shutil.rmtree(target, ignore_errors=True)
        fresh.replace(target)
    jars = list(target.glob("*/*.jar"))
    return f"{len(jars)} jars, {sum(jar.stat().st_size for jar in jars) / 1e6:.0f} MB"


def ivy(declared: Path, pattern: str, scratch: Path, *more: str | Path) -> None:
    """Runs the Ivy that pyspark bundles. Its cache and home are in `scratch`: nothing is left in the user's home."""
    spark = Path(str(import_module("pyspark").__file__)).parent
    call(
        [
            find_java().java,
            *trust_options(scratch),
            f"-Divy.default.ivy.user.dir={scratch / 'home'}",
            *("-cp", spark / "jars" / "*", "org.apache.ivy.Main"),
            *("-ivy", declared),
            *("-cache", scratch / "cache"),
            *("-retrieve", pattern),
            # Some of Kafka's dependencies are packaged as OSGi bundles.
            *("-types", "jar", "bundle"),
            *more,
        ],
        what="Retrieving the JVM jars",
        hint="Set-up fetches them from Maven's central repository: is it reachable?",
        log="ivy",
    )


def wrong_jars(jars: Path) -> str:
    """What is wrong with the jars in this folder; empty when nothing is."""
    from rumbo.errors import CannotStart
    from rumbo.stack.jars import checked_jars, read_sums

    try:
        sums = read_sums(SUMS)
        for conf in CONFS:
            checked_jars(jars, conf, sums)
    except CannotStart as exc:
        return exc.message
    return ""


def make_archive() -> str:
    from rumbo.errors import CannotStart
    from rumbo.stack.class_archive import make_broker_archive

    try:
        make_broker_archive(find_java().path, JARS / "broker", ARCHIVE)
    except CannotStart as exc:
        # The broker starts without it too, only slower.
        ARCHIVE.write_bytes(b"")
        return f"left out: {exc.message}"
    return f"{ARCHIVE.stat().st_size / 1e6:.0f} MB"


def _java_inputs() -> str:
    java = shutil.which("java") or ""
    return digest([], os.environ.get("JAVA_HOME", ""), java and str(Path(java).resolve()), str(ROOT))
