import { useCallback } from "react";
import { listTopics } from "../../api/pipeline";
import type { Topic } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { usePolled } from "../../store/polled";
import type { Rate } from "../../store/rates";
import { pipeline } from "../../store/state";
import { ProblemNote } from "../../ui/ProblemNote";
import { Scroll } from "../../ui/Scroll";
import { Sparkline } from "../../ui/Sparkline";
import { Tail } from "./Tail";

const EVERY_MS = 3000;
const FIRST = "rumbo.positions";

/** Kafka's topics, and a live tail of the chosen one. */
export function Stream({ rates }: { rates: Readonly<Record<string, Rate>> }) {
  const { t } = useI18n();
  const { query } = useAddress();
  const load = useCallback((signal: AbortSignal) => listTopics(signal), []);
  const { value: topics, error } = usePolled(load, EVERY_MS);
  const name = query.get("topic") ?? FIRST;
  return (
    <>
      <section className="card" aria-labelledby="topics-title">
        <div className="card-head">
          <h2 id="topics-title">{t("pipe.topics")}</h2>
        </div>
        {error && <ProblemNote error={error} />}
        {topics ? <Topics topics={topics} chosen={name} rates={rates} /> : !error && <p className="quiet">{t("pl.loading")}</p>}
      </section>
      <Tail topic={name} partitions={topics?.find((topic) => topic.name === name)?.partitions ?? []} topics={topics ?? []} />
    </>
  );
}

function Topics({ topics, chosen, rates }: { topics: readonly Topic[]; chosen: string; rates: Readonly<Record<string, Rate>> }) {
  const { t, format } = useI18n();
  const now = useStore(pipeline, (value) => value.now);
  return (
    <Scroll label={t("pipe.topics")}>
      <table className="table" data-testid="topics">
        <thead>
          <tr>
            <th scope="col">{t("pl.topic")}</th>
            <th scope="col" className="end" title={t("pl.offsetsHint")}>
              {t("pl.offsets")}
            </th>
            <th scope="col" className="end">
              {t("pl.partitions")}
            </th>
            <th scope="col" className="end">
              {t("pl.perSecond")}
            </th>
            <th scope="col" className="end">
              {t("pipe.lag")}
            </th>
          </tr>
        </thead>
        <tbody>
          {topics.map((topic) => {
            const rate = rates[topic.name.replace("rumbo.", "").replaceAll("-", "_")];
            const lag = now?.topics[topic.name]?.lag;
            return (
              <tr key={topic.name} data-chosen={topic.name === chosen}>
                <td>
                  <button
                    type="button"
                    className="pl-topic"
                    aria-pressed={topic.name === chosen}
                    data-testid={`topic-${topic.name}`}
                    onClick={() => setQuery({ topic: topic.name, partition: null, from: null }, { push: true })}
                  >
                    {topic.name}
                  </button>
                  <span className="quiet pl-about" lang="en">
                    {topic.description}
                  </span>
                </td>
                <td className="end">{format.count(topic.records)}</td>
                <td className="end">{topic.partitions.length}</td>
                <td className="end">
                  <span className="pl-rate">
                    {rate && <Sparkline values={rate.history} label={t("pipe.chart")} />}
                    {rate ? format.plain(Math.round(rate.now * 10) / 10) : "–"}
                  </span>
                </td>
                <td className="end" data-testid={`lag-${topic.name}`} data-late={(lag ?? 0) > 0}>
                  {lag === undefined ? "–" : format.count(lag)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
