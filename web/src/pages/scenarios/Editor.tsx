import { useEffect, useState } from "react";
import { ApiError } from "../../api/client";
import { checkScenario, deleteScenario, getScenario, saveScenario } from "../../api/scenarios";
import type { Scenario } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { ProblemNote } from "../../ui/ProblemNote";

const SETTLE_MS = 400;

/** The scenario's file: it is checked as one types, and kept under a name of one's own. */
export function Editor({ scenario, onSaved }: { scenario: Scenario; onSaved: (name: string | null) => void }) {
  const { t } = useI18n();
  const [text, setText] = useState<string | null>(null);
  const [name, setName] = useState(scenario.is_ready_made ? `my-${scenario.name}` : scenario.name);
  const [error, setError] = useState<ApiError | null>(null);
  const [done, setDone] = useState(false);
  const check = useCheck(text);
  useEffect(() => {
    const aborter = new AbortController();
    getScenario(scenario.name, aborter.signal).then(
      (whole) => setText(whole.text ?? ""),
      (problem: unknown) => {
        if (problem instanceof ApiError && !aborter.signal.aborted) setError(problem);
      },
    );
    return () => aborter.abort();
  }, [scenario.name]);

  const attempt = async (verb: () => Promise<unknown>, then: () => void) => {
    setError(null);
    setDone(false);
    try {
      await verb();
      then();
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      setError(problem);
    }
  };
  const save = () =>
    attempt(
      () => saveScenario(name, text ?? ""),
      () => {
        setDone(true);
        onSaved(name);
      },
    );
  return (
    <section className="card stack" aria-label={t("scenarios.file")}>
      <h2>{t("scenarios.file")}</h2>
      <textarea
        className="scenario-text"
        aria-label={t("scenarios.file")}
        spellCheck={false}
        rows={22}
        value={text ?? ""}
        disabled={text === null}
        data-testid="scenario-text"
        onChange={(event) => setText(event.target.value)}
      />
      <p role="status" data-testid="scenario-verdict" data-good={check === "good"}>
        {check === "good" ? t("scenarios.good") : check === null ? t("scenarios.checking") : null}
      </p>
      {check instanceof ApiError && (
        <pre className="scenario-problem" lang="en" data-testid="scenario-problem">
          {check.problem.detail}
        </pre>
      )}
      {error && <ProblemNote error={error} />}
      <div className="form-actions">
        {done && <span className="quiet">{t("scenarios.saved")}</span>}
        {!scenario.is_ready_made && (
          <Button kind="danger" icon="trash" testId="scenario-delete" onClick={() => void attempt(() => deleteScenario(scenario.name), () => onSaved(null))}>
            {t("scenarios.delete")}
          </Button>
        )}
        <input
          className="scenario-name"
          aria-label={t("scenarios.name")}
          value={name}
          maxLength={60}
          pattern="[a-z0-9][a-z0-9-]*"
          data-testid="scenario-name"
          onChange={(event) => setName(event.target.value.toLowerCase())}
        />
        <Button kind="primary" testId="scenario-save" disabled={check !== "good" || name === ""} onClick={() => void save()}>
          {t("scenarios.save")}
        </Button>
      </div>
    </section>
  );
}

/** What the server says of the text, a moment after the last change; null while it is asked. */
function useCheck(text: string | null): "good" | ApiError | null {
  const [said, setSaid] = useState<{ of: string; verdict: "good" | ApiError } | null>(null);
  useEffect(() => {
    if (!text) return undefined;
    const aborter = new AbortController();
    const timer = setTimeout(() => {
      checkScenario(text, aborter.signal).then(
        () => setSaid({ of: text, verdict: "good" }),
        (error: unknown) => {
          if (error instanceof ApiError && !aborter.signal.aborted) setSaid({ of: text, verdict: error });
        },
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [text]);
  return said && said.of === text ? said.verdict : null;
}
