"""The compiled loops of `rumbo.motion.kernels`: compiled once here, so that no process does it when it starts."""

from __future__ import annotations

import sys

from tools.setup.steps import CACHE, ROOT, Step, call, digest

MOTION = ROOT / "src" / "rumbo" / "motion"


def kernels_step() -> Step:
    def inputs() -> str:
        sources = [*MOTION.glob("*.py"), *(MOTION / "kernels").glob("*.py")]
        more = [ROOT / "src" / "rumbo" / "events" / "fields.py", ROOT / "requirements" / "runtime.txt"]
        return digest([*sorted(sources), *more], sys.version)

    def run() -> str:
        call([sys.executable, "-m", "rumbo.motion.warm"], what="Compiling the kernels", log="kernels")
        return ""

    return Step(
        title="Compiled kernels",
        run=run,
        stamp=CACHE / "kernels",
        inputs=inputs,
        outputs=(MOTION / "kernels" / "__pycache__",),
    )
