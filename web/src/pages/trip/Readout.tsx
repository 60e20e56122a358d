import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n";
import { cursor } from "../../store/cursor";
import { metresBetween, nearestRow, type Series, valueAt } from "../../store/series";
import type { TrackSet } from "../../store/tripRecord";
import { limitAt } from "./plot";

/** What holds at the cursor: written straight into the page, as often as the cursor moves. */
export function Readout({ tracks, guide }: { tracks: TrackSet; guide: Series }) {
  const { t, format } = useI18n();
  const box = useRef<HTMLDListElement>(null);
  useEffect(() => {
    const cells = new Map([...(box.current?.querySelectorAll("dd") ?? [])].map((cell) => [cell.dataset["cell"], cell]));
    const write = (name: string, text: string) => {
      const cell = cells.get(name);
      if (cell) cell.textContent = text;
    };
    const speed = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? "–" : format.speed(value));
    const show = () => {
      const ms = cursor.get() ?? guide.time.at(-1) ?? 0;
      write("time", format.clock(ms));
      write("distance", format.distance(Math.max(0, valueAt(guide, guide.distance, ms) || 0)));
      write("truth", tracks.truth ? speed(valueAt(tracks.truth, tracks.truth.speed, ms)) : "–");
      const told = tracks.cleaned ?? tracks.reported;
      const row = told ? nearestRow(told, ms) : -1;
      write("reported", speed(told?.speed[row]));
      write("limit", speed(limitAt(tracks.truth ?? guide, ms)));
      write("error", told && tracks.truth && row >= 0 ? off(tracks.truth, told, row, format.distance) : "–");
    };
    show();
    return cursor.subscribe(show);
  }, [tracks, guide, format]);
  const cells = [
    ["time", t("record.time")],
    ["distance", t("trips.distance")],
    ["truth", t("record.truth")],
    ["reported", t("record.reported")],
    ["limit", t("record.limit")],
    ["error", t("record.error")],
  ] as const;
  const known = cells.filter(([name]) => tracks.truth !== undefined || (name !== "truth" && name !== "error"));
  return (
    <dl className="readout number" ref={box} data-testid="readout">
      {known.map(([name, label]) => (
        <div key={name}>
          <dt>
            {(name === "truth" || name === "reported" || name === "limit") && <span className={`swatch ${name}`} aria-hidden="true" />}
            {label}
          </dt>
          <dd data-cell={name} data-testid={`readout-${name}`}>
            –
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** How far a report is from where the vehicle was when it says it was taken. */
function off(truth: Series, told: Series, row: number, distance: (metres: number) => string): string {
  const at = told.time[row] ?? 0;
  const there = { lat: valueAt(truth, truth.lat, at), lon: valueAt(truth, truth.lon, at) };
  const metres = metresBetween(there, { lat: told.lat[row] ?? 0, lon: told.lon[row] ?? 0 });
  return Number.isNaN(metres) ? "–" : distance(metres);
}
