import { useState } from "react";
import { useI18n } from "../../i18n";
import { cursor } from "../../store/cursor";
import { nearestRow, type Series, valueAt } from "../../store/series";
import type { TrackSet } from "../../store/tripRecord";
import { limitAt } from "./plot";

const ROWS = 40;

/** The chart as a table: moments evenly apart. It is made when it is opened. */
export function SpeedTable({ tracks, guide }: { tracks: TrackSet; guide: Series }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <details className="more" data-testid="speed-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("record.table")}</summary>
      {open && <Rows tracks={tracks} guide={guide} />}
    </details>
  );
}

function Rows({ tracks, guide }: { tracks: TrackSet; guide: Series }) {
  const { t, format } = useI18n();
  const [from, to] = [guide.time[0] ?? 0, guide.time.at(-1) ?? 0];
  const moments = Array.from({ length: ROWS }, (_, i) => from + ((to - from) * i) / (ROWS - 1));
  const told = tracks.cleaned ?? tracks.reported;
  const speed = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? "–" : format.speed(value));
  return (
    <div className="table-scroll record-table">
      <table className="table">
        <thead>
          <tr>
            <th>{t("record.time")}</th>
            <th className="end">{t("trips.distance")}</th>
            {tracks.truth && <th className="end">{t("record.truth")}</th>}
            <th className="end">{t("record.reported")}</th>
            <th className="end">{t("record.limit")}</th>
          </tr>
        </thead>
        <tbody>
          {moments.map((ms) => (
            <tr key={ms}>
              <td className="number">
                <button type="button" className="cell-button" onClick={() => cursor.set(ms, "chart")}>
                  {format.clock(ms)}
                </button>
              </td>
              <td className="end">{format.distance(valueAt(guide, guide.distance, ms) || 0)}</td>
              {tracks.truth && <td className="end">{speed(valueAt(tracks.truth, tracks.truth.speed, ms))}</td>}
              <td className="end">{speed(told?.speed[nearestRow(told, ms)])}</td>
              <td className="end">{speed(limitAt(tracks.truth ?? guide, ms))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
