"""The compiled loops of motion and transport: compiled once here, so that no process does it when it starts.

And the bytecode of what processes import, for the same reason.
"""

from __future__ import annotations

import os
import sys

from tools.setup.steps import CACHE, ROOT, Step, call, digest

MOTION = ROOT / "src" / "rumbo" / "motion"
READING = ROOT / "src" / "rumbo" / "pipeline" / "reading.py"
STARTED = ("rumbo.cli", "rumbo.api.__main__", "rumbo.drive.__main__", "rumbo.pipeline.stream")
"""What the processes of a stack import."""


def kernels_step() -> Step:
    def inputs() -> str:
        sources = [*MOTION.glob("*.py"), *(MOTION / "kernels").glob("*.py")]
        sources += (ROOT / "src" / "rumbo" / "domain").glob("*.py")
        more = [
            ROOT / "src" / "rumbo" / "events" / "fields.py",
            ROOT / "src" / "rumbo" / "transport" / "kernels.py",
            ROOT / "requirements" / "runtime.txt",
            READING,
        ]
        return digest([*sorted(sources), *more], sys.version)

    def run() -> str:
        # Also for who keeps Python from storing bytecode: without that of the packages each start takes seconds.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        for what, code in (
            ("-m", "rumbo.motion.warm"),
            ("-m", "rumbo.pipeline.reading"),
            ("-c", f"import {', '.join(STARTED)}"),
        ):
            call([sys.executable, what, code], what="Compiling the kernels", log="kernels", env=env)
        return ""

    return Step(
        title="Compiled kernels",
        run=run,
        stamp=CACHE / "kernels",
        inputs=inputs,
        outputs=(MOTION / "kernels" / "__pycache__",),
    )
