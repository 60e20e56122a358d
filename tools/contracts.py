"""Write the generated contracts, or with --check say which of the committed ones are stale.

Run by `make bless` and `make lint`. The OpenAPI document comes from the API itself, the web app's API types from that
document, the rest from the events' field tables.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from rumbo.events.export import contract_files
from tools.setup import web
from tools.setup.steps import CACHE, ROOT, SetupFailed, digest

GENERATED = ("contracts/examples", "contracts/schemas", "contracts/spark")
"""Folders in which a file that is no longer generated is stale too."""


def all_files() -> dict[str, str]:
    """Path below the repository's root -> text, for all that is generated.

    Raises SetupFailed where the generator's packages are not installed.
    """
    from rumbo.api.app import openapi_document

    openapi = json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n"
    return contract_files() | {
        "contracts/openapi.json": openapi,
        "web/src/contracts/openapi.ts": api_types(openapi, CACHE),
    }


def api_types(document: str, cache: Path) -> str:
    """The TypeScript types of an OpenAPI document's schemas.

    Node takes its seconds, so the last text is kept in `cache` under the hash of all that decides it.
    """
    kept = cache / "openapi.ts"
    inputs = digest([web.GENERATOR / "generate.mjs", web.GENERATOR / "package-lock.json"], document)
    if kept.is_file():
        of, _, text = kept.read_text(encoding="utf-8").partition("\n")
        if of == inputs:
            return text
    text = _generate(document)
    cache.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_name(f"{kept.name}.{os.getpid()}")
    fresh.write_text(f"{inputs}\n{text}", encoding="utf-8")
    fresh.replace(kept)
    return text


def _generate(document: str) -> str:
    done = subprocess.run(
        ["node", "generate.mjs"],
        cwd=web.GENERATOR,
        env=web.node_env(),
        input=document,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise SetupFailed(
            f"{done.stderr.strip()}\n\nThe web app's API types could not be generated. "
            "`make setup-lint` installs what that needs."
        )
    return done.stdout


def stale_files(wanted: dict[str, str], root: Path = ROOT) -> tuple[list[str], list[str]]:
    """Paths of the committed contracts that are missing or differ, and of those that are no longer generated."""
    existing = {
        str(path.relative_to(root)) for folder in GENERATED for path in (root / folder).rglob("*.json")
    }
    stale = sorted(
        path
        for path, text in wanted.items()
        if not (root / path).exists() or (root / path).read_text(encoding="utf-8") != text
    )
    return stale, sorted(existing - set(wanted))


def main(check: bool, root: Path = ROOT) -> int:
    wanted = all_files()
    stale, left_over = stale_files(wanted, root)
    if check:
        for path in stale + left_over:
            print(f"stale: {path} (run `make bless` and commit)")
        return 1 if stale or left_over else 0
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], encoding="utf-8")
    for path in left_over:
        (root / path).unlink()
    print(f"{len(stale)} written, {len(left_over)} removed, {len(wanted)} in all")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main("--check" in sys.argv[1:]))
    except SetupFailed as exc:
        sys.exit(f"rumbo: {exc}")
