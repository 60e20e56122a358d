import type { Scenario, Scenarios } from "../contracts/api";
import { request } from "./client";

const one = (name: string): string => `/scenarios/${encodeURIComponent(name)}`;

export const listScenarios = async (signal: AbortSignal): Promise<Scenario[]> =>
  (await request<Scenarios>("GET", "/scenarios", { signal })).items;

export const getScenario = (name: string, signal: AbortSignal) => request<Scenario>("GET", one(name), { signal });

/** What is wrong with it, line by line, or what it is. */
export const checkScenario = (text: string, signal: AbortSignal) =>
  request<Scenario>("POST", "/scenarios/check", { body: { text }, signal });

export const saveScenario = (name: string, text: string) => request<Scenario>("PUT", one(name), { body: { text } });

export const deleteScenario = (name: string) => request<void>("DELETE", one(name));
