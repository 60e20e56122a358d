import { useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import type { TrackLayer } from "../../api/trips";
import type { TripEvent } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { cursor } from "../../store/cursor";
import type { Series } from "../../store/series";
import type { TrackSet } from "../../store/tripRecord";
import { Segments } from "../../ui/Segments";
import type { By } from "./axes";
import { Readout } from "./Readout";
import { BOTTOM, HEIGHT, LEFT, type Plot, plotOf, RIGHT, TOP } from "./plot";
import { SpeedTable } from "./SpeedTable";

interface Props {
  tracks: TrackSet;
  guide: Series | null;
  shown: ReadonlySet<TrackLayer>;
  events: readonly TripEvent[];
  by: By;
}

const STEPS = 200;

/** Speed and limit along the trip. The cursor moves by pointer and by keys, without React. */
export function SpeedChart({ tracks, guide, shown, events, by }: Props) {
  const { t, format, preferences } = useI18n();
  const title = useId();
  const [width, setWidth] = useState(720);
  const measure = useCallback((element: HTMLDivElement) => {
    const observer = new ResizeObserver(() => setWidth(Math.max(280, Math.round(element.clientWidth))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const plot = useMemo(
    () => (guide ? plotOf({ tracks, guide, shown, by, width, units: preferences.units, format }) : null),
    [tracks, guide, shown, by, width, preferences.units, format],
  );
  return (
    <div className="speed" ref={measure}>
      <div className="card-head">
        <h2 id={title}>{t("record.speed")}</h2>
        <Segments
          label={t("record.speed")}
          value={by}
          options={[
            { value: "time", label: t("record.byTime"), testId: "chart-by-time" },
            { value: "distance", label: t("record.byDistance"), testId: "chart-by-distance" },
          ]}
          onChange={(value) => setQuery({ x: value === "distance" ? "distance" : null })}
        />
      </div>
      {plot && guide ? (
        <>
          <Readout tracks={tracks} guide={guide} />
          <Drawing plot={plot} width={width} events={events} titleId={title} />
          <SpeedTable tracks={tracks} guide={guide} />
        </>
      ) : (
        <p className="quiet centred">{t("record.noSpeed")}</p>
      )}
    </div>
  );
}

function Drawing({ plot, width, events, titleId }: { plot: Plot; width: number; events: readonly TripEvent[]; titleId: string }) {
  const { t, format } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const line = useRef<SVGLineElement>(null);
  useEffect(() => {
    const show = () => {
      const ms = cursor.get();
      const x = ms === null ? Number.NaN : plot.xOf(ms);
      line.current?.setAttribute("visibility", Number.isNaN(x) ? "hidden" : "visible");
      if (Number.isNaN(x)) return;
      line.current?.setAttribute("x1", x.toFixed(1));
      line.current?.setAttribute("x2", x.toFixed(1));
      box.current?.setAttribute("aria-valuenow", String(Math.round(ms ?? 0)));
      box.current?.setAttribute("aria-valuetext", format.clock(ms ?? 0));
    };
    show();
    return cursor.subscribe(show);
  }, [plot, format]);

  const toPointer = (clientX: number) => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    cursor.set(plot.msAt(clientX - left), "chart");
  };
  const onKey = (event: React.KeyboardEvent) => {
    const { from, to } = plot.moments;
    const small = Math.max(1000, (to - from) / STEPS);
    const by = { ArrowRight: small, ArrowUp: small, ArrowLeft: -small, ArrowDown: -small, PageUp: 10 * small, PageDown: -10 * small }[event.key];
    const now = cursor.get() ?? from;
    const next = event.key === "Home" ? from : event.key === "End" ? to : by === undefined ? null : now + by * (event.shiftKey ? 10 : 1);
    if (next === null) return;
    event.preventDefault();
    cursor.set(Math.min(to, Math.max(from, next)), "chart");
  };
  return (
    <div
      ref={box}
      className="speed-drawing"
      role="slider"
      tabIndex={0}
      aria-label={t("record.cursor")}
      aria-valuemin={Math.round(plot.moments.from)}
      aria-valuemax={Math.round(plot.moments.to)}
      aria-valuenow={Math.round(plot.moments.from)}
      data-testid="speed-chart"
      onKeyDown={onKey}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => toPointer(event.clientX)}
      onClick={(event) => toPointer(event.clientX)}
    >
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-labelledby={titleId}>
        <Marks plot={plot} events={events} />
        {plot.speeds.map(({ y, label }) => (
          <g key={label}>
            <line className="grid" x1={LEFT} x2={width - RIGHT} y1={y} y2={y} />
            <text className="axis" x={LEFT - 8} y={y + 4} textAnchor="end">
              {label}
            </text>
          </g>
        ))}
        <text className="axis unit" x={0} y={10}>
          {plot.unit}
        </text>
        {plot.marks.map(({ x, label }) => (
          <text key={label} className="axis" x={x} y={HEIGHT - 8} textAnchor="middle">
            {label}
          </text>
        ))}
        <path className="line limit" d={plot.limit} />
        {plot.lines.map(({ layer, d }) => (
          <path key={layer} className={`line ${layer}`} d={d} data-layer={layer} />
        ))}
        <line ref={line} className="cursor" y1={TOP - 6} y2={HEIGHT - BOTTOM} visibility="hidden" data-testid="chart-cursor" />
      </svg>
    </div>
  );
}

/** Stands as bands, driving events and alerts as marks at the top. */
function Marks({ plot, events }: { plot: Plot; events: readonly TripEvent[] }) {
  const items = events.filter(({ kind, name }) => (kind === "state" ? name === "waiting" || name === "paused" : kind !== "report"));
  return items.map((event) => {
    const [at, until] = [Date.parse(event.at), event.until ? Date.parse(event.until) : plot.moments.to];
    const [x, end] = [plot.xOf(at), plot.xOf(until)];
    if (Number.isNaN(x) || x > plot.right || end < LEFT) return null;
    const key = `${event.kind} ${event.name} ${event.at}`;
    return event.kind === "state" ? (
      <rect key={key} className={`band ${event.name}`} x={x} width={Math.max(1, end - x)} y={TOP} height={HEIGHT - TOP - BOTTOM} />
    ) : (
      <path key={key} className={`mark ${event.kind}`} d={`M${x.toFixed(1)} ${TOP}l-4 -7h8z`} />
    );
  });
}
