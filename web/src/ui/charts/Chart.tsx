import "./charts.css";
import { type PointerEvent, type ReactNode, useState } from "react";
import { Legend, Readout, type ReadoutRow, type Tone } from "./Readout";
import { everyNth, textPx, ticksTo } from "./scale";
import { useWidth } from "./useWidth";

export interface Series {
  name: string;
  tone: Tone;
  /** One a category; null where nothing is known. */
  values: readonly (number | null)[];
}

export interface ChartProps {
  /** What is drawn, in a sentence, for those who don't see it. */
  label: string;
  /** Names along the axis. */
  categories: readonly string[];
  series: readonly Series[];
  /** What the numbers up the axis are, with their unit. */
  unit: string;
  tick: (value: number) => string;
  text: (value: number) => string;
  /** The least that the axis goes to. */
  least?: number;
  /** Names at the borders between categories, instead of below each. */
  borders?: readonly string[];
  height?: number;
}

/** Where things are drawn, in pixels. */
export interface Plot {
  /** Middle of a category. */
  x: (index: number) => number;
  /** Width of one. */
  band: number;
  y: (value: number) => number;
  zero: number;
}

const [TOP, BOTTOM, RIGHT, LARGEST_TICK] = [26, 24, 10, 90];

/** Axes, legend and readout of a chart over categories; what is drawn in it is `children`'s. */
export function Chart({ most, children, ...chart }: ChartProps & { most: number; children: (plot: Plot) => ReactNode }) {
  const { label, categories, series, unit, tick, text, borders, height = 210 } = chart;
  const [watch, width] = useWidth<HTMLDivElement>();
  const [active, setActive] = useState<number | null>(null);
  const count = categories.length;
  const ticks = ticksTo(Math.max(most, chart.least ?? 0));
  const top = ticks.at(-1) ?? 1;
  const left = Math.min(LARGEST_TICK, 10 + Math.max(...ticks.map((one) => textPx(tick(one)))));
  const band = (width - left - RIGHT) / Math.max(count, 1);
  const zero = height - BOTTOM;
  const plot: Plot = { x: (index) => left + (index + 0.5) * band, band, y: (value) => zero - (value / top) * (zero - TOP), zero };
  const rows = (index: number): ReadoutRow[] =>
    series.map(({ name, tone, values }) => ({ name, tone, text: said(values[index] ?? null, text) }));
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
    setActive(Math.min(count - 1, Math.max(0, Math.floor(x / band))));
  };
  const shown = active !== null && active < count ? active : null;
  return (
    <div className="chart">
      {series.length > 1 && <Legend items={series} />}
      <div ref={watch} className="chart-box" onPointerMove={point} onPointerDown={point} onPointerLeave={() => setActive(null)}>
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
          <text className="chart-unit" x={0} y={11}>
            {unit}
          </text>
          {ticks.map((one) => (
            <g key={one}>
              <line className={one === 0 ? "axis" : "grid"} x1={left} x2={width - RIGHT} y1={plot.y(one)} y2={plot.y(one)} />
              <text x={left - 6} y={plot.y(one) + 4} textAnchor="end">
                {tick(one)}
              </text>
            </g>
          ))}
          {shown !== null && <rect className="chart-here" x={plot.x(shown) - band / 2} y={TOP} width={band} height={zero - TOP} />}
          {children(plot)}
          <Below texts={borders ?? categories} plot={plot} shift={borders ? -0.5 : 0} width={width - left} />
        </svg>
        {count > 0 && (
          <input
            type="range"
            className="chart-read"
            min={0}
            max={count - 1}
            value={shown ?? 0}
            aria-label={label}
            aria-valuetext={spoken(categories[shown ?? 0] ?? "", rows(shown ?? 0))}
            onFocus={() => setActive((now) => now ?? 0)}
            onBlur={() => setActive(null)}
            onChange={(event) => setActive(event.target.valueAsNumber)}
          />
        )}
        {shown !== null && <Readout x={plot.x(shown)} width={width} title={categories[shown] ?? ""} rows={rows(shown)} />}
      </div>
    </div>
  );
}

const said = (value: number | null, text: (value: number) => string): string => (value === null ? "–" : text(value));

const spoken = (title: string, rows: readonly ReadoutRow[]): string => [title, ...rows.map(({ name, text }) => `${name} ${text}`)].join(", ");

function Below({ texts, plot, shift, width }: { texts: readonly string[]; plot: Plot; shift: number; width: number }) {
  const nth = everyNth(texts.length, Math.max(0, ...texts.map(textPx)), width);
  return texts.map((text, index) =>
    index % nth === 0 && text ? (
      <text key={`${index} ${text}`} x={plot.x(index + shift)} y={plot.zero + 17} textAnchor="middle">
        {text}
      </text>
    ) : null,
  );
}
