import { type FormEvent, useState } from "react";
import type { JobRequest, Scenario } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { isActive, type Jobs, useJobs } from "../../store/jobActions";
import { Button } from "../../ui/Button";
import { Link } from "../../ui/Link";

const FIELDS = [
  { name: "speed", label: "scenarios.speed", min: 0.1, max: 1000, step: "any" },
  { name: "vehicles", label: "scenarios.howMany", min: 1, max: 100_000, step: 1 },
  { name: "days", label: "scenarios.days", min: 0.001, max: 366, step: "any" },
  { name: "seed", label: "scenarios.seed", min: 0, max: 2 ** 53, step: 1 },
] as const;

/** Lets a scenario drive, as written or with other numbers; and reckons what it would come to. */
export function RunForm({ scenario, jobs }: { scenario: Scenario; jobs: Jobs }) {
  const { t, language } = useI18n();
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const running = jobs.active.find((job) => job.parameters["scenario"] === scenario.name);
  const ran = jobs.items.some((job) => job.parameters["scenario"] === scenario.name && !isActive(job));
  const run = (event: FormEvent) => {
    event.preventDefault();
    const numbers = Object.fromEntries(Object.entries(given).flatMap(([name, text]) => (text === "" ? [] : [[name, Number(text)]])));
    void jobs.start({ kind: "scenario", scenario: scenario.name, ...numbers } as JobRequest);
  };
  return (
    <section className="card" aria-label={scenario.name}>
      <div className="card-head">
        <h2>{language === "es" ? scenario.title_es : scenario.title}</h2>
        <Link to="/" className="button plain" testId="scenario-watch">
          {t("scenarios.watch")}
        </Link>
      </div>
      <form className="run-form" data-testid="run-form" onSubmit={run}>
        {FIELDS.map(({ name, label, ...limits }) => (
          <label key={name} className="field">
            <span>{t(label)}</span>
            <input
              type="number"
              {...limits}
              placeholder={t("scenarios.asWritten")}
              value={given[name] ?? ""}
              data-testid={`run-${name}`}
              onChange={(event) => setGiven({ ...given, [name]: event.target.value })}
            />
          </label>
        ))}
        {running ? (
          <Button icon="stop" testId="scenario-stop" onClick={() => void jobs.cancel(running.id)}>
            {t("scenarios.stop")}
          </Button>
        ) : (
          <Button kind="primary" icon="play" submit testId="scenario-run" disabled={scenario.vehicles === null}>
            {t("scenarios.run")}
          </Button>
        )}
      </form>
      {ran && !running && <p className="quiet">{t("scenarios.again")}</p>}
      <Reckoning scenario={scenario} />
    </section>
  );
}

/** Vehicles, trips, kilometres and load of a day, which the server works out without driving. */
function Reckoning({ scenario }: { scenario: Scenario }) {
  const { t, format } = useI18n();
  const jobs = useJobs("scenario-check");
  const [asked, setAsked] = useState(false);
  const job = asked ? jobs.items.find((one) => one.parameters["scenario"] === scenario.name) : undefined;
  return (
    <div className="reckoning">
      <div className="between">
        <p className="quiet">{t("scenarios.comesToText")}</p>
        <Button
          testId="scenario-reckon"
          disabled={job !== undefined && isActive(job)}
          onClick={() => {
            setAsked(true);
            void jobs.start({ kind: "scenario-check", scenario: scenario.name } as JobRequest);
          }}
        >
          {t("scenarios.reckon")}
        </Button>
      </div>
      {job && isActive(job) && <p className="quiet" role="status">{t("scenarios.checking")}</p>}
      {job && !isActive(job) && (
        <dl className="figures" data-testid="scenario-sum" data-state={job.state}>
          {numbersOf(job.result).map(([name, value]) => (
            <div key={name} className="figure">
              <dt className="quiet">{name.replaceAll("_", " ")}</dt>
              <dd>
                <strong>{format.plain(value)}</strong>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** The numbers that a command's result has, by name; times of the clock are none of interest. */
export function numbersOf(result: unknown): [string, number][] {
  if (typeof result !== "object" || result === null) return [];
  return Object.entries(result).filter((entry): entry is [string, number] => typeof entry[1] === "number" && !entry[0].endsWith("_ms"));
}
