import "../pipeline/pipeline.css";
import "./scenarios.css";
import { useCallback } from "react";
import { listScenarios } from "../../api/scenarios";
import type { Scenario } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { useJobs } from "../../store/jobActions";
import { usePolled } from "../../store/polled";
import { ProblemNote } from "../../ui/ProblemNote";
import { Page } from "../Page";
import { JobBar } from "../pipeline/JobBar";
import { Editor } from "./Editor";
import { RunForm } from "./RunForm";
import { Runs } from "./Runs";

const LOOK_MS = 30_000;

/** Scenarios: pick one, change it, see what it comes to, let it drive, compare what came of it. */
export default function ScenariosPage() {
  const { t } = useI18n();
  const { query } = useAddress();
  const { value, error, again } = usePolled(listScenarios, LOOK_MS);
  const jobs = useJobs("scenario");
  const items = value ?? [];
  const chosen = items.find(({ name }) => name === query.get("name")) ?? items[0];
  const choose = useCallback((name: string | null) => {
    setQuery({ name }, { push: true });
    again();
  }, [again]);
  return (
    <Page title={t("scenarios.title")} testId="scenarios-page">
      <JobBar jobs={jobs} />
      {error && <ProblemNote error={error} />}
      <div className="scenarios">
        <section className="card" aria-label={t("scenarios.title")}>
          <p className="quiet">{t("scenarios.text")}</p>
          <List items={items.filter((one) => one.is_ready_made)} chosen={chosen?.name} onChoose={choose} />
          {items.some((one) => !one.is_ready_made) && <h2 className="scenarios-own">{t("scenarios.own")}</h2>}
          <List items={items.filter((one) => !one.is_ready_made)} chosen={chosen?.name} onChoose={choose} />
        </section>
        {chosen && (
          <div className="scenarios-main">
            <RunForm key={`run ${chosen.name}`} scenario={chosen} jobs={jobs} />
            <Runs key={`runs ${chosen.name}`} scenario={chosen} jobs={jobs} />
            <Editor key={`text ${chosen.name}`} scenario={chosen} onSaved={choose} />
          </div>
        )}
      </div>
    </Page>
  );
}

interface ListProps {
  items: readonly Scenario[];
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

function List({ items, chosen, onChoose }: ListProps) {
  const { t, format, language } = useI18n();
  return (
    <ul className="scenario-list">
      {items.map((one) => (
        <li key={one.name}>
          <button
            type="button"
            aria-current={one.name === chosen ? "true" : undefined}
            data-testid="scenario-item"
            data-name={one.name}
            onClick={() => onChoose(one.name)}
          >
            <strong>{one.name}</strong>
            <span>{language === "es" ? one.title_es : one.title}</span>
            <span className="quiet">{one.vehicles === null ? one.problem : t("scenarios.vehicles", { n: format.count(one.vehicles) })}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
