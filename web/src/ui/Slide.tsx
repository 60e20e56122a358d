interface Props {
  label: string;
  /** The value in words, beside the name. */
  text?: string;
  min: number;
  max: number;
  step: number;
  value: number;
  testId?: string;
  onChange: (value: number) => void;
}

/** A named slider. */
export function Slide({ label, text, min, max, step, value, testId, onChange }: Props) {
  const share = `${((value - min) / (max - min)) * 100}%`;
  return (
    <label className="field">
      <span className="between">
        <span>{label}</span>
        {text && <span className="quiet number">{text}</span>}
      </span>
      <input
        type="range"
        className="slide"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        data-testid={testId}
        style={{ "--share": share } as React.CSSProperties}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </label>
  );
}
