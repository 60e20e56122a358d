"""The daily refinement: landing to staging to common, a UTC day a run.

Thin on purpose: each task calls `rumbo refine`, which does the work and says what came of it as one JSON line. The day
is the run's partition key, in scheduled, manual and backfill runs alike. It reaches the command in the environment,
never in the command's text. What reaches the environment of a task beyond it is read when the task runs, so that no
secret is stored with the DAG.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Asset, CronPartitionTimetable, TaskGroup, get_current_context
from airflow.sdk.exceptions import AirflowException, AirflowFailException

LANDING, STAGING, COMMON = (
    Asset(name=f"rumbo_{layer}", uri=f"rumbo://lake/{layer}") for layer in ("landing", "staging", "common")
)
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "JAVA_HOME", "SSL_CERT_FILE", "REFINE_COMMAND")
"""Of the environment that Airflow runs in, besides what begins with RUMBO_ and AZURE_."""

# What was printed on standard error goes to the log as it comes; the JSON line comes last whatever Spark says at its
# end. Exit code 1 is told apart by that line: a rule that did not hold, or a crash.
COMMAND = """\
out=$("${REFINE_COMMAND:-rumbo}" refine --date "$DAY" --layer "$LAYER" --step "$STEP" --run "$RUN" --json)
code=$?
printf '%s\\n' "$out"
[ "$code" -eq 1 ] && exit 0
exit "$code"
"""


class Refine(BashOperator):
    """One step of one layer. The XCom is what the command said, the XCom `broken` the rules that did not hold."""

    def __init__(self, *, layer: str, step: str, **options: Any) -> None:
        built = f"{{{{ (ti.xcom_pull(task_ids='{layer}.build') or {{}}).get('run', '') }}}}"
        super().__init__(
            bash_command=COMMAND,
            env={
                "DAY": "{{ dag_run.partition_key or '' }}",
                "LAYER": layer,
                "STEP": step,
                "RUN": "" if step == "build" else built,
            },
            append_env=False,
            output_processor=judged,
            **options,
        )

    def get_env(self, context: Any) -> dict[str, str]:
        """The day's variables and, only now, what this machine's Rumbo needs."""
        ours = ("RUMBO_", "AZURE_")
        machine = {
            name: value for name, value in os.environ.items() if name in PASSED_ON or name.startswith(ours)
        }
        return {**machine, **super().get_env(context)}


def judged(last_line: str) -> dict[str, Any]:
    """What the command said, from its last line. Fails the task for good where a quality rule did not hold."""
    try:
        said: dict[str, Any] = json.loads(last_line)
        status = said["status"]
    except (ValueError, TypeError, KeyError):
        raise AirflowException("rumbo refine ended without a result; the lines above say why.") from None
    broken = [rule for rule in said.get("quality", ()) if not rule["passed"]]
    context = get_current_context()
    context["ti"].xcom_push(key="broken", value=broken)
    if status == "quality-failure":  # another try would find the same rows
        raise AirflowFailException(explained(said, broken))
    return said


def explained(said: dict[str, Any], broken: list[dict[str, Any]]) -> str:
    """The rules that did not hold, how many rows broke each, and some of them."""
    lines = [f"{said['day']} {said['layer']} is not published: a quality rule does not hold."]
    for rule in broken:
        what = f"{rule['rows_broken']} of {rule['rows_checked']} rows break {rule['rule']}"
        lines.append(f"{rule['severity']}: {rule['table']}: {what}: {rule['description']}")
        lines += [f"    {json.dumps(row, ensure_ascii=False)}" for row in rule.get("sample", ())]
    return "\n".join(lines)


def layer_tasks(layer: str, made_of: Asset, makes: Asset) -> TaskGroup:
    """Build the candidates, try the rules on them, publish them."""
    with TaskGroup(layer) as group:
        build = Refine(task_id="build", layer=layer, step="build", inlets=[made_of])
        gate = Refine(task_id="gate", layer=layer, step="gate")
        publish = Refine(task_id="publish", layer=layer, step="publish", outlets=[makes])
        build >> gate >> publish
    return group


with DAG(
    "rumbo_daily",
    description="landing to staging to common, a day a run",
    doc_md=__doc__,
    schedule=CronPartitionTimetable("0 2 * * *", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,  # each task is a Spark of 1.5 GB
    default_args={
        "retries": int(os.environ.get("REFINE_RETRIES", "2")),
        "retry_delay": timedelta(minutes=2),
        "retry_exponential_backoff": True,
        "execution_timeout": timedelta(hours=6),
    },
    tags=["rumbo"],
):
    layer_tasks("staging", LANDING, STAGING) >> layer_tasks("common", STAGING, COMMON)
