"""Runs a list of checks, one after the other, all of them also when one fails, and sums up.

`python -m tools.run lint` is `make lint`; `python -m tools.run test [pytest arguments]` is `make test`, and
`test-containers` likewise.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.setup import web
from tools.setup.steps import CACHE, ROOT, SetupFailed

BIN = ROOT / ".venv" / "bin"
CHECKOV = CACHE / "checkov" / "venv" / "bin" / "checkov"
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""All tests: two processes share them file by file, each with a broker, a Spark session … of its own."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    run: Callable[[], int]
    """Prints what it finds and returns an exit status."""


def command(*words: str) -> Callable[[], int]:
    # An absolute path stays what it is.
    return lambda: subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, check=False).returncode


def web_script(name: str) -> Callable[[], int]:
    return lambda: web.run_script(name)


def lint_checks() -> list[Check]:
    checks = [
        Check("ruff check", command("ruff", "check", "--quiet")),
        Check("ruff format", command("ruff", "format", "--check", "--quiet")),
        Check("mypy", command("mypy", "--no-error-summary")),
        Check("import directions", command("lint-imports", "--no-logo")),
        Check("images", command("hadolint", "deploy/images/rumbo/Dockerfile")),
        Check("misconfiguration", command(str(CHECKOV), "--config-file", ".checkov.yaml")),
        Check("contracts", command("python", "-m", "tools.contracts", "--check")),
    ]
    return checks + [
        Check(f"web {name}", web_script(name)) for name in ("types", "lint", "layers") if _has_web()
    ]


def test_checks(arguments: Sequence[str]) -> list[Check]:
    """Pytest comes last, so that its closing lines are the last; with arguments it comes alone."""
    python = [Check("pytest", command("python", "-m", "pytest", *(arguments or SIDE_BY_SIDE)))]
    return [Check("web tests", web_script("test")), *python] if _has_web() and not arguments else python


def container_checks(arguments: Sequence[str]) -> list[Check]:
    """In the order in which they stand, for each goes on where the one before ended."""
    return [
        Check(
            "containers",
            command("python", "-m", "pytest", "-p", "no:randomly", "tests/containers", *arguments),
        )
    ]


def run(checks: Sequence[Check]) -> int:
    failed: list[str] = []
    summary: list[str] = []
    for check in checks:
        begun = time.monotonic()
        status = check.run()
        verdict = "ok" if status == 0 else "FAILED"
        summary.append(f"{verdict:6} {check.name} ({time.monotonic() - begun:.1f} s)")
        if status != 0:
            failed.append(check.name)
    print("\n".join(["", *summary]) if len(checks) > 1 else "", flush=True)
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["lint"]:
            return run(lint_checks())
        case ["test", *rest]:
            return run(test_checks(rest))
        case ["test-containers", *rest]:
            return run(container_checks(rest))
        case _:
            raise SystemExit(__doc__)


def _has_web() -> bool:
    return (web.WEB / "package.json").exists()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupFailed as exc:
        sys.exit(f"rumbo: {exc}")
