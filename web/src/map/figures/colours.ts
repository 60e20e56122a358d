/** Colours of the figures' layers, from little to much. Steps differ in lightness, so that they hold without hue. */
import type { Theme } from "../../store/theme";

export const STEPS = 6;

/** Blue: deeper is fuller, on dark ground brighter is fuller. */
const DENSITY = {
  light: ["#cfe0fb", "#a3c4f6", "#6f9fec", "#3d76db", "#1d4fb8", "#0c2b7c"],
  dark: ["#17305f", "#1f4590", "#2f63c6", "#5a8df0", "#96b8fb", "#dbe7ff"],
} as const;

/** From slow to fast, after viridis without its palest end on light ground, and its deepest on dark. */
const SPEED = {
  light: ["#44015a", "#443a83", "#31688e", "#21908c", "#35a96b", "#7cc243"],
  dark: ["#6a4ca8", "#4f7fc0", "#2fa3ad", "#3fc07f", "#95d64a", "#fde725"],
} as const;

export const FLOW = { light: "#b3470a", dark: "#f6a85b" } as const;

export type Scale = "density" | "speed";
export const coloursOf = (scale: Scale, theme: Theme): readonly string[] => (scale === "density" ? DENSITY : SPEED)[theme];

/** The step (0 to STEPS - 1) of a value between growing breaks. */
export const stepOf = (value: number, breaks: readonly number[]): number => {
  const found = breaks.findIndex((one) => value < one);
  return found < 0 ? breaks.length : found;
};

/** A paint expression: the colour of a feature's `step`. */
export const byStep = (colours: readonly string[]) =>
  ["match", ["get", "step"], ...colours.flatMap((colour, step) => [step, colour]), colours[0] ?? "#888"] as unknown as string;
