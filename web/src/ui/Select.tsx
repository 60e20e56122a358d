interface Props {
  label: string;
  /** The first option, which asks for nothing. */
  any: string;
  options: readonly { value: string; label: string }[];
  value: string;
  testId?: string;
  onChange: (value: string) => void;
}

/** Options that are called as they are. */
export const named = (list: readonly string[]) => list.map((value) => ({ value, label: value }));

/** A choice of one, or of any. A value that is none of the options is shown all the same. */
export function Select({ label, any, options, value, testId, onChange }: Props) {
  const known = value === "" || options.some((option) => option.value === value);
  return (
    <select aria-label={label} title={label} value={value} data-testid={testId} onChange={(event) => onChange(event.target.value)}>
      <option value="">{any}</option>
      {!known && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
