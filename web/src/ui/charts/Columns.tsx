import { Chart, type ChartProps, type Plot } from "./Chart";

interface Props extends ChartProps {
  /** Without gaps: the categories are bins. */
  tight?: boolean | undefined;
  /** The tone of single columns, where it is not their series'. */
  toneAt?: ((index: number) => number | undefined) | undefined;
}

/** Columns that stand on each other, one series on the other. */
export function Columns({ tight, toneAt, ...chart }: Props) {
  const sums = chart.categories.map((_, index) => chart.series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  return (
    <Chart {...chart} most={Math.max(0, ...sums)}>
      {(plot) => chart.categories.map((category, index) => <Pile key={`${index} ${category}`} {...{ chart, plot, index, tight, toneAt }} />)}
    </Chart>
  );
}

function Pile({ chart, plot, index, tight, toneAt }: Pick<Props, "tight" | "toneAt"> & { chart: ChartProps; plot: Plot; index: number }) {
  const width = Math.max(1, tight ? plot.band - 1 : Math.min(46, plot.band * 0.68));
  let sum = 0;
  return chart.series.map(({ name, tone, values }) => {
    const value = values[index] ?? 0;
    if (value <= 0) return null;
    const [from, to] = [plot.y(sum), plot.y(sum + value)];
    sum += value;
    const on = sum > value ? 1 : 0;
    return (
      <rect
        key={name}
        className="mark"
        data-tone={toneAt?.(index) ?? tone}
        x={plot.x(index) - width / 2}
        y={to}
        width={width}
        height={Math.max(0.5, from - to - on)}
        rx={Math.min(2, width / 4)}
      />
    );
  });
}
