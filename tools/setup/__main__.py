"""`python -m tools.setup run|lint|dev|airflow|jars`: for running, checks, tests, running beside Airflow, images."""

from __future__ import annotations

import sys

from tools import drives
from tools.setup import chromium, environments, jvm, kernels, packages, web
from tools.setup.steps import ROOT, SetupFailed, Step, run_steps


def steps_for(profile: str) -> list[Step]:
    packages_of_python = packages.python_step(dev=profile != "run")
    compiled = kernels.kernels_step()
    web_packages = [web.packages_step()] if (ROOT / "web" / "package.json").exists() else []
    generator = [web.generator_step()] if web_packages else []
    web_app = [*web_packages, web.build_step()] if web_packages else []
    jvm_steps = [jvm.java_step(), jvm.jars_step(), jvm.archive_step()]
    match profile:
        case "run":
            return [packages_of_python, compiled, *jvm_steps, *web_app]
        case "lint":
            return [packages_of_python, environments.checkov_step(), *web_packages, *generator]
        case "dev":
            drives_and_browser = [drives.drives_step(), chromium.chromium_step()]
            for_tests = [*drives_and_browser, environments.airflow_step(), web.azurite_step()]
            return [packages_of_python, compiled, *jvm_steps, *web_app, *generator, *for_tests]
        case "jars":
            return [jvm.java_step(), jvm.jars_step()]
        case "airflow":
            return [packages_of_python, compiled, *jvm_steps, environments.airflow_step()]
        case _:
            raise SetupFailed(f"There is no profile {profile!r}; there are run, lint, dev, airflow and jars.")


def main() -> int:
    # The steps use Rumbo's own search for Java and check of the jars, also before it is installed.
    sys.path.insert(0, str(ROOT / "src"))
    try:
        run_steps(steps_for(sys.argv[1] if len(sys.argv) > 1 else "run"))
    except SetupFailed as exc:
        print(f"\nrumbo: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
