export interface ReadoutRow {
  name: string;
  text: string;
  tone?: Tone;
}

/** Colours of series, told apart by colour-blind people too; 0 stands back. */
export type Tone = 0 | 1 | 2 | 3 | 4 | 5;

/** What stands at the place that is pointed at. */
export function Readout({ x, width, title, rows }: { x: number; width: number; title: string; rows: readonly ReadoutRow[] }) {
  const style = x < width / 2 ? { left: x + 12 } : { right: width - x + 12 };
  return (
    <div className="readout number" style={style} aria-hidden="true">
      <strong>{title}</strong>
      {rows.map(({ name, text, tone }) => (
        <span key={name}>
          {tone !== undefined && <i data-tone={tone} />}
          {name} <b>{text}</b>
        </span>
      ))}
    </div>
  );
}

export function Legend({ items }: { items: readonly { name: string; tone: Tone }[] }) {
  return (
    <p className="chart-legend" aria-hidden="true">
      {items.map(({ name, tone }) => (
        <span key={name}>
          <i data-tone={tone} />
          {name}
        </span>
      ))}
    </p>
  );
}
