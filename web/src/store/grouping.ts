/** Whether vehicles that cover each other are drawn together; kept in this browser. */
import { createStore } from "./create";

const STORED = "rumbo.grouping";

function remembered(): boolean {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

export const grouping = createStore({ on: remembered() });

export function toggleGrouping(): void {
  grouping.set(({ on }) => ({ on: !on }));
  try {
    localStorage.setItem(STORED, grouping.get().on ? "on" : "off");
  } catch {
    // It holds until the page is closed.
  }
}
