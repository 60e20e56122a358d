import { Scroll } from "../../ui/Scroll";

/** Rows of any shape: a column for each name that one of them has. */
export function SampleTable({ caption, rows }: { caption: string; rows: readonly Readonly<Record<string, unknown>>[] }) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <Scroll className="pl-sample" label={caption}>
      <table className="table">
        <caption className="quiet">{caption}</caption>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="number">
          {rows.map((row, number) => (
            <tr key={number}>
              {names.map((name) => (
                <td key={name}>{shown(row[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const LONGEST = 80;

function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
