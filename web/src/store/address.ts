/** The address bar: which page is shown and what of it. Every view that matters can be read from it and written to it. */
import { useSyncExternalStore } from "react";

export interface Address {
  path: string;
  query: URLSearchParams;
}

let now: Address | null = null;
const listeners = new Set<() => void>();

function read(): Address {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

function tell(): void {
  now = read();
  for (const listener of listeners) listener();
}

export function subscribeAddress(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("popstate", tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("popstate", tell);
  };
}

export const address = (): Address => (now ??= read());
export const useAddress = (): Address => useSyncExternalStore(subscribeAddress, address);

/** Goes to a page of the app, such as `/trips?state=driving`. */
export function go(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  tell();
}

/** Writes some of the query; null takes a name out. The page stays, and Back does not step through every change. */
export function setQuery(changes: Readonly<Record<string, string | null>>, { push = false } = {}): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  if (text === new URLSearchParams(location.search).toString()) return;
  go(`${location.pathname}${text ? `?${text}` : ""}${location.hash}`, { replace: !push });
}

/** The parts of a path that a pattern such as `/trips/:id` names; null where it is another page. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/");
  const given = path.replace(/(?<=.)\/$/, "").split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    if (part.startsWith(":")) found[part.slice(1)] = decode(text);
    else if (part !== text) return null;
  }
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
