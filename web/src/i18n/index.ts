import { useSyncExternalStore } from "react";
import { en, type MessageKey, type Messages } from "./en";
import { es } from "./es";
import { type Format, formatFor } from "./format";
import { kindName } from "./kinds";
import { browserZone, knownZone } from "./zone";

export type { MessageKey } from "./en";
export type { Format } from "./format";
export { fromLocal, toLocal } from "./zone";

export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

const MESSAGES: Readonly<Record<Language, Messages>> = { en, es };
const STORED = "rumbo.language";

export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, params?: Params) => string;

export interface I18n {
  language: Language;
  /** Where times are read: the region's zone once it is known. */
  zone: string;
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

export function makeI18n(language: Language, zone: string = browserZone()): I18n {
  const messages = MESSAGES[language];
  return {
    language,
    zone,
    t: (key, params) => fill(messages[key], params),
    format: formatFor(language, zone),
    kind: (osm) => kindName(language, osm),
  };
}

export function fill(text: string, params: Params = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

let current: I18n | null = null;
const listeners = new Set<() => void>();

function i18n(): I18n {
  current ??= makeI18n(pickLanguage(remembered(), navigator.languages));
  document.documentElement.lang = current.language;
  return current;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

export function setLanguage(language: Language): void {
  current = makeI18n(language, i18n().zone);
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // A browser that refuses storage still speaks the language until it is closed.
  }
  for (const listener of listeners) listener();
}

/** From now on times are read in the region's zone, in UTC where the browser does not know it. */
export function setZone(zone: string): void {
  current = makeI18n(i18n().language, knownZone(zone));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useI18n = (): I18n => useSyncExternalStore(subscribe, i18n);
