import "./charts.css";
import { useState } from "react";
import { Readout } from "./Readout";
import { everyNth, textPx } from "./scale";
import { useWidth } from "./useWidth";

interface Props {
  label: string;
  columns: readonly string[];
  rows: readonly { key: string; name: string; values: readonly (number | null)[] }[];
  /** What a cell of the deepest colour comes to. */
  most: number;
  text: (value: number) => string;
  name: string;
}

const [ROW, TOP, NAMES, CHARS] = [22, 6, 108, 16];

/** A field of cells, deeper where more: names down, categories across. */
export function Grid({ label, columns, rows, most, text, name }: Props) {
  const [watch, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const band = (width - NAMES) / Math.max(1, columns.length);
  const bottom = TOP + rows.length * ROW;
  const nth = everyNth(columns.length, Math.max(0, ...columns.map(textPx)), width - NAMES);
  const cells = rows.length * columns.length;
  const shown = at !== null && at < cells ? at : null;
  const [row, column] = [rows[Math.floor((shown ?? 0) / columns.length)], (shown ?? 0) % Math.max(1, columns.length)];
  const value = row?.values[column] ?? null;
  const title = `${row?.name ?? ""}, ${columns[column] ?? ""}`;
  const said = value === null ? "–" : text(value);
  const step = (by: number) => setAt(Math.min(cells - 1, Math.max(0, (shown ?? 0) + by)));
  return (
    <div className="chart">
      <div ref={watch} className="chart-box" onPointerLeave={() => setAt(null)}>
        <svg viewBox={`0 0 ${width} ${bottom + 24}`} role="img" aria-label={label}>
          {rows.map((one, down) => (
            <g key={one.key} transform={`translate(0 ${TOP + down * ROW})`}>
              <text x={NAMES - 8} y={ROW / 2 + 3} textAnchor="end">
                {one.name.length > CHARS ? `${one.name.slice(0, CHARS - 1)}…` : one.name}
              </text>
              {one.values.map((share, across) => (
                <rect
                  key={columns[across]}
                  className="cell"
                  data-here={shown === down * columns.length + across}
                  x={NAMES + across * band + 1}
                  y={1}
                  width={Math.max(1, band - 2)}
                  height={ROW - 2}
                  rx={3}
                  style={{ "--depth": share === null ? 0 : 0.08 + 0.92 * Math.min(1, share / most) } as React.CSSProperties}
                  onPointerEnter={() => setAt(down * columns.length + across)}
                />
              ))}
            </g>
          ))}
          {columns.map(
            (text_, across) =>
              across % nth === 0 && (
                <text key={text_} x={NAMES + (across + 0.5) * band} y={bottom + 16} textAnchor="middle">
                  {text_}
                </text>
              ),
          )}
        </svg>
        {cells > 0 && (
          <input
            type="range"
            className="chart-read"
            min={0}
            max={cells - 1}
            value={shown ?? 0}
            aria-label={label}
            aria-valuetext={`${title}: ${said}`}
            onFocus={() => setAt((now) => now ?? 0)}
            onBlur={() => setAt(null)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
              event.preventDefault();
              step(event.key === "ArrowDown" ? columns.length : -columns.length);
            }}
            onChange={(event) => setAt(event.target.valueAsNumber)}
          />
        )}
        {shown !== null && <Readout x={NAMES + (column + 0.5) * band} width={width} title={title} rows={[{ name, text: said }]} />}
      </div>
    </div>
  );
}
