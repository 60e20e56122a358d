import { Chart, type ChartProps } from "./Chart";

/** A line a series; where a value is unknown it breaks. */
export function Lines(chart: ChartProps) {
  const most = Math.max(0, ...chart.series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <Chart {...chart} most={most}>
      {(plot) =>
        chart.series.map(({ name, tone, values }) => (
          <g key={name} data-tone={tone}>
            {runs(values).map((run) => (
              <polyline key={run[0]?.[0]} className="line" points={run.map(([index, value]) => `${plot.x(index)},${plot.y(value)}`).join(" ")} />
            ))}
            {plot.band > 14 &&
              values.map((value, index) => value !== null && <circle key={`${index}`} className="dot" cx={plot.x(index)} cy={plot.y(value)} r={3.5} />)}
          </g>
        ))
      }
    </Chart>
  );
}

/** The stretches of known values, each as [index, value]. */
export function runs(values: readonly (number | null)[]): [number, number][][] {
  const found: [number, number][][] = [];
  let last = -2;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (index !== last + 1) found.push([]);
    found.at(-1)?.push([index, value]);
    last = index;
  }
  return found;
}
