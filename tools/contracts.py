"""Write the generated contracts, or with --check say which of the committed ones are stale.

Run by `make bless` and `make lint`. The OpenAPI document comes from the API itself, the rest from
the events' field tables.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rumbo.events.export import contract_files

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ("contracts/examples", "contracts/schemas", "contracts/spark")
"""Folders in which a file that is no longer generated is stale too."""


def all_files() -> dict[str, str]:
    from rumbo.api.app import openapi_document

    openapi = json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n"
    return contract_files() | {"contracts/openapi.json": openapi}


def main(check: bool) -> int:
    wanted = all_files()
    existing = {
        str(path.relative_to(ROOT)) for folder in GENERATED for path in (ROOT / folder).rglob("*.json")
    }
    stale = sorted(
        path
        for path, text in wanted.items()
        if not (ROOT / path).exists() or (ROOT / path).read_text(encoding="utf-8") != text
    )
    left_over = sorted(existing - set(wanted))
    if check:
        for path in stale + left_over:
            print(f"stale: {path} (run `make bless` and commit)")
        return 1 if stale or left_over else 0
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(wanted[path], encoding="utf-8")
    for path in left_over:
        (ROOT / path).unlink()
    print(f"{len(stale)} written, {len(left_over)} removed, {len(wanted)} in all")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
