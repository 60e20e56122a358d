import type { Marks, Replay } from "../contracts/api";
import { request } from "./client";

const iso = (ms: number): string => encodeURIComponent(new Date(ms).toISOString());

/** What all devices reported from one world time to another, the newest report of each step. */
export const getReplay = (fromMs: number, toMs: number, stepS: number) =>
  request<Replay>("GET", `/replay?from=${iso(fromMs)}&to=${iso(toMs)}&step_s=${stepS}`);

/** What to jump to, and how busy it was. */
export const getMarks = (fromMs: number, toMs: number, signal: AbortSignal) =>
  request<Marks>("GET", `/replay/marks?from=${iso(fromMs)}&to=${iso(toMs)}`, { signal });
