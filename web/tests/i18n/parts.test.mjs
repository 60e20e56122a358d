import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { en } from "../../src/i18n/en";

const SRC = resolve(import.meta.dirname, "../../src");
const partOf = new Map();
for (const part of Object.keys(en)) for (const key of Object.keys((await en[part]()).default)) partOf.set(key, part);

const text = (file) => readFileSync(file, "utf8");
const fileOf = (from, target) =>
  [".ts", ".tsx", "/index.ts"].map((end) => resolve(dirname(from), target) + end).find(existsSync);

/** What comes with its texts: the parts named, and the file. */
const LAZY = /lazyWith\(\[([^\]]*)\], \(\) => import\("([^"]+)"\)\)/g;

/** A file and all that it imports, now or later, but for what comes with its own texts. */
function reach(file, seen = new Set()) {
  if (seen.has(file) || file.startsWith(join(SRC, "i18n"))) return seen;
  seen.add(file);
  const source = text(file).replaceAll(LAZY, "").replaceAll(/import type [^;]+;/g, "");
  for (const [, target = ""] of source.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
    const next = fileOf(file, target);
    if (next) reach(next, seen);
  }
  return seen;
}

/** Keys that a file names, whole or by how they begin. */
function keysIn(file) {
  const source = text(file);
  const whole = [...source.matchAll(/["'`]([a-z]\w*\.[\w.]+)["'`]/gi)].map(([, key = ""]) => key);
  const beginnings = [...source.matchAll(/`([a-z]\w*\.[\w.]*)\$\{/gi)].map(([, begins = ""]) => begins);
  return [...partOf.keys()].filter((key) => whole.includes(key) || beginnings.some((begins) => key.startsWith(begins)));
}

const roots = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join(SRC, name))
  .flatMap((file) =>
    [...text(file).matchAll(LAZY)].map(([, parts = "", target = ""]) => ({
      name: target,
      file: fileOf(file, target) ?? "",
      parts: new Set(["core", ...[...parts.matchAll(/"(\w+)"/g)].map(([, part]) => part)]),
    })),
  );
roots.push({ name: "the frame", file: join(SRC, "main.tsx"), parts: new Set(["core"]) });

test("each page comes with all that it says, and with no part that it does not need", () => {
  expect(roots.length).toBeGreaterThan(12);
  for (const { name, file, parts } of roots) {
    const used = new Set([...reach(file)].flatMap(keysIn));
    const lacking = [...used].filter((key) => !parts.has(partOf.get(key)));
    expect(lacking, `${name} lacks texts`).toEqual([]);
    const needless = [...parts].filter((part) => part !== "core" && ![...used].some((key) => partOf.get(key) === part));
    expect(needless, `${name} needs no texts of`).toEqual([]);
  }
});

test("no text is left over", () => {
  const used = new Set(roots.flatMap(({ file }) => [...reach(file)].flatMap(keysIn)));
  expect([...partOf.keys()].filter((key) => !used.has(key))).toEqual([]);
});
