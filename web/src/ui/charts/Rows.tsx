import "./charts.css";
import { Legend, type Tone } from "./Readout";

export interface RowOf {
  key: string;
  name: string;
  /** One a series. */
  values: readonly number[];
  /** Beside the bar. */
  text: string;
}

interface Props {
  label: string;
  series: readonly { name: string; tone: Tone }[];
  rows: readonly RowOf[];
  text: (value: number) => string;
}

/** Bars from left to right, one a name, with what they come to beside them: for few names or long ones. */
export function Rows({ label, series, rows, text }: Props) {
  const most = Math.max(1e-9, ...rows.map(({ values }) => values.reduce((sum, one) => sum + one, 0)));
  return (
    <div className="chart">
      {series.length > 1 && <Legend items={series} />}
      <ul className="chart-rows number" aria-label={label}>
        {rows.map((row) => (
          <li key={row.key}>
            <span className="chart-row-name" title={row.name}>
              {row.name}
            </span>
            <span className="chart-row-bar" title={series.map(({ name }, index) => `${name}: ${text(row.values[index] ?? 0)}`).join("\n")}>
              {row.values.map((value, index) => value > 0 && <i key={series[index]?.name} data-tone={series[index]?.tone} style={{ width: `${(value / most) * 100}%` }} />)}
            </span>
            <span className="chart-row-text">{row.text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
