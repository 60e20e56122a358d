import type { TripEvent } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { cursor } from "../../store/cursor";
import { reasonOf } from "./eventWords";

/** Where it stood, why and for how long. */
export function Stops({ events }: { events: readonly TripEvent[] }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const stops = events.filter(({ kind, name }) => kind === "state" && (name === "waiting" || name === "paused"));
  return (
    <section className="card" data-testid="stops">
      <div className="card-head">
        <h2>{t("record.stops")}</h2>
        <span className="quiet number">{format.count(stops.length)}</span>
      </div>
      {stops.length === 0 && <p className="quiet">{t("record.noStops")}</p>}
      {stops.length > 0 && (
        <div className="table-scroll record-table">
          <table className="table">
            <thead>
              <tr>
                <th>{t("record.time")}</th>
                <th>{t("record.why")}</th>
                <th className="end">{t("trips.distance")}</th>
                <th className="end">{t("record.howLong")}</th>
              </tr>
            </thead>
            <tbody>
              {stops.map((stop) => (
                <tr key={stop.at} data-testid="stop" data-reason={stop.reason ?? stop.name}>
                  <td className="number">
                    <button type="button" className="cell-button" onClick={() => cursor.set(Date.parse(stop.at), "events")}>
                      {format.clock(Date.parse(stop.at))}
                    </button>
                  </td>
                  <td>{stop.reason ? reasonOf(stop.reason, i18n) : t(`state.${stop.name === "paused" ? "paused" : "waiting"}`)}</td>
                  <td className="end">{stop.distance_m === null ? "–" : format.distance(stop.distance_m)}</td>
                  <td className="end">{stop.until ? format.duration((Date.parse(stop.until) - Date.parse(stop.at)) / 1000) : "…"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
