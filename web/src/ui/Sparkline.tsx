const [WIDTH, HEIGHT, POINTS] = [120, 28, 60];

/** The last minute of a rate, newest at the right. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const top = Math.max(1, ...values);
  const step = WIDTH / (POINTS - 1);
  const start = POINTS - values.length;
  const at = values.map((value, i) => `${((start + i) * step).toFixed(1)},${(HEIGHT - 1 - (value / top) * (HEIGHT - 3)).toFixed(1)}`);
  if (at.length < 2) at.unshift(`0,${HEIGHT - 1}`);
  const first = `${(start * step).toFixed(1)},${HEIGHT}`;
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} preserveAspectRatio="none">
      <polygon points={`${first} ${at.join(" ")} ${WIDTH},${HEIGHT}`} />
      <polyline points={at.join(" ")} />
    </svg>
  );
}
