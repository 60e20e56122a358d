import { useMemo } from "react";
import type { Mark } from "../../contracts/api";
import { useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { replay } from "../../store/replayActions";

export const SHOWN = ["all", "state", "alert"] as const;
export type Shown = (typeof SHOWN)[number];

/** Which of them the address asks for: `?show=alert`. */
export function useShown(): Shown {
  const { query } = useAddress();
  return SHOWN.find((one) => one === query.get("show")) ?? "all";
}

/** What can be jumped to now, in order of time. */
export function useMarks(): readonly Mark[] {
  const marks = useStore(replay, (value) => value.marks);
  const shown = useShown();
  return useMemo(() => (shown === "all" ? marks : marks.filter(({ kind }) => kind === shown)), [marks, shown]);
}
