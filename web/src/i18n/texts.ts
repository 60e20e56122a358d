import { type ComponentType, lazy } from "react";
import { en, type MessageKey, type Part } from "./en";
import { es } from "./es";
import { patiently } from "./patiently";

export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

const SOURCES = { en, es } as const;
const texts: Readonly<Record<Language, Partial<Record<MessageKey, string>>>> = { en: {}, es: {} };
/** Languages that a person reads: one, and while it changes the next too. */
const read = new Set<Language>();
const shown = new Set<Part>();

/** The text of a key; the key itself where its part was not loaded, which tests/i18n/parts.test.mjs rules out. */
export const textOf = (language: Language, key: MessageKey): string => texts[language][key] ?? key;

export async function loadTexts(language: Language, parts: Iterable<Part>): Promise<void> {
  const load = async (part: Part) => Object.assign(texts[language], (await patiently<{ default: object }>(SOURCES[language][part])).default);
  await Promise.all(Array.from(parts, load));
}

/** From now on each part that is shown comes in this language too; ready when what has been shown is there. */
export async function readToo(language: Language): Promise<void> {
  read.add(language);
  await loadTexts(language, shown);
}

export const readNoMore = (language: Language): boolean => read.delete(language);

/** Loads what parts of the app say, before they are shown. */
export async function show(...parts: Part[]): Promise<void> {
  for (const part of parts) shown.add(part);
  await Promise.all(Array.from(read, (language) => loadTexts(language, parts)));
}

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** A part of the app that is loaded when it is first shown, also if the server is away just then. */
export const lazyPart = <P extends object>(load: Load<P>) => lazy(() => patiently(load));

/** The same, with its texts. */
export const lazyWith = <P extends object>(parts: readonly Part[], load: Load<P>) =>
  lazy(async () => {
    const [module] = await Promise.all([patiently(load), show(...parts)]);
    return module;
  });
