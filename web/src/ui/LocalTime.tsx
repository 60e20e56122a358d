import { useState } from "react";
import { fromLocal, toLocal, useI18n } from "../i18n";

interface Props {
  label: string;
  /** Ms since the epoch, in the region's zone for the reader. */
  value: number;
  minMs?: number;
  testId?: string;
  onChange: (ms: number) => void;
}

/** A box for a time of the world. Half-typed text stays as it is until it is a time again. */
export function LocalTime({ label, value, minMs, testId, onChange }: Props) {
  const { zone } = useI18n();
  const [text, setText] = useState<string | null>(null);
  return (
    <input
      type="datetime-local"
      aria-label={label}
      value={text ?? toLocal(value, zone)}
      min={minMs === undefined ? undefined : toLocal(minMs, zone)}
      data-testid={testId}
      onBlur={() => setText(null)}
      onChange={(event) => {
        setText(event.target.value);
        const ms = fromLocal(event.target.value, zone);
        if (!Number.isNaN(ms)) onChange(ms);
      }}
    />
  );
}
