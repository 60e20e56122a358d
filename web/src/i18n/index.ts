import { useSyncExternalStore } from "react";
import type { MessageKey } from "./en";
import { type Format, formatFor, type Units } from "./format";
import { kindName } from "./kinds";
import { type Language, LANGUAGES, readNoMore, readToo, show, textOf } from "./texts";
import { browserZone, knownZone } from "./zone";

export type { MessageKey } from "./en";
export { type Format, UNITS, type Units } from "./format";
export { type Language, LANGUAGES, lazyPart, lazyWith } from "./texts";
export { fromLocal, toLocal } from "./zone";

/** Whose clocks times are read by. */
export const ZONES = ["region", "browser", "utc"] as const;
export type ZoneChoice = (typeof ZONES)[number];

/** What a person has chosen, and keeps in this browser. */
export interface Preferences {
  language: Language;
  units: Units;
  zone: ZoneChoice;
}

const STORED = { language: "rumbo.language", units: "rumbo.units", zone: "rumbo.zone" } as const;

export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, params?: Params) => string;

export interface I18n {
  language: Language;
  /** Where times are read: the region's zone once it is known, unless a person wants another. */
  zone: string;
  preferences: Preferences;
  t: Translate;
  format: Format;
  /** The word for an OpenStreetMap kind of place. */
  kind: (osm: string) => string;
}

const known = (tag: string): Language | undefined =>
  LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);

/** The first language of the browser that we speak; English where it names none. */
export function pickLanguage(stored: string | null, wanted: readonly string[]): Language {
  return (stored && known(stored)) || wanted.map(known).find(Boolean) || "en";
}

export function makeI18n(language: Language, zone: string = browserZone(), units: Units = "metric", choice: ZoneChoice = "region"): I18n {
  return {
    language,
    zone,
    preferences: { language, units, zone: choice },
    t: (key, params) => fill(textOf(language, key), params),
    format: formatFor(language, zone, units),
    kind: (osm) => kindName(language, osm),
  };
}

export function fill(text: string, params: Params = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

let current: I18n | null = null;
let wanted: Language = "en";
let regionZone = browserZone();
const listeners = new Set<() => void>();

function i18n(): I18n {
  if (!current) {
    const language = pickLanguage(remembered("language"), navigator.languages);
    const units: Units = remembered("units") === "imperial" ? "imperial" : "metric";
    adopt({ language, units, zone: ZONES.find((one) => one === remembered("zone")) ?? "region" });
  }
  return current as unknown as I18n;
}

function adopt({ language, units, zone }: Preferences): void {
  const zones = { region: regionZone, browser: browserZone(), utc: "UTC" };
  current = makeI18n(language, zones[zone], units, zone);
  document.documentElement.lang = language;
}

function remembered(what: keyof Preferences): string | null {
  try {
    return localStorage.getItem(STORED[what]);
  } catch {
    return null;
  }
}

/** Reads the language in use, and what every page says in it: called once, before the app is drawn. */
export async function startTexts(): Promise<void> {
  wanted = i18n().language;
  await Promise.all([readToo(wanted), show("core")]);
}

/** Changes some of what is preferred, everywhere at once; a language is loaded before it is shown. */
export async function prefer(changes: Partial<Preferences>): Promise<void> {
  const { language } = changes;
  if (language) {
    wanted = language;
    await readToo(language);
    if (wanted !== language) return; // another has been chosen meanwhile
    for (const other of LANGUAGES) if (other !== language) readNoMore(other);
  }
  adopt({ ...i18n().preferences, ...changes });
  try {
    for (const [what, value] of Object.entries(changes)) localStorage.setItem(STORED[what as keyof Preferences], value);
  } catch {
    // In a browser that refuses storage it holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

/** The region's zone, UTC where the browser does not know it. */
export function setZone(zone: string): void {
  regionZone = knownZone(zone);
  adopt(i18n().preferences);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useI18n = (): I18n => useSyncExternalStore(subscribe, i18n);
