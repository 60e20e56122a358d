/** Light or dark: as a person chose, or as the system has it. The style sheets read it from the page's root. */
import { createStore } from "./create";

export type Theme = "light" | "dark";
export const THEMES = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof THEMES)[number];

const STORED = "rumbo.theme";

export const theme = createStore({ choice: "system" as ThemeChoice, shown: "light" as Theme });

function shownFor(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function show(choice: ThemeChoice): void {
  const shown = shownFor(choice);
  document.documentElement.dataset["theme"] = shown;
  theme.set({ choice, shown });
}

/** Once, before anything is drawn. */
export function startTheme(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(theme.get().choice));
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORED);
  } catch {
    // A browser that refuses storage shows what the system has.
  }
  show(THEMES.find((one) => one === stored) ?? "system");
}

export function chooseTheme(choice: ThemeChoice): void {
  show(choice);
  try {
    localStorage.setItem(STORED, choice);
  } catch {
    // It holds until the page is closed.
  }
}
