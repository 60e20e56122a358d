// Gzip size of each built script and style, and the sum of what loads before the first map: the entry, the map page,
// the map, its worker, what these import, and the texts of both in one language (Spanish, the longer one). What is
// imported only when a person opens it is not part of it.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 600;
const pages = readFileSync(join(import.meta.dirname, "../src/pages/pages.ts"), "utf8");
const [, parts = ""] = /lazyWith\(\[([^\]]+)\], \(\) => import\("\.\/map\/MapPage"\)/.exec(pages) ?? [];
const texts = ["core", ...[...parts.matchAll(/\w+/g)].map(([part]) => part)].map((part) => `text-es-${part}`);
const first = ["index", "MapPage", "MapView", "maplibre-gl-worker", ...texts];
const assets = resolve(process.argv[2] ?? join(import.meta.dirname, "../dist/assets"));
const scripts = readdirSync(assets).filter((name) => /\.(m?js|css)$/.test(name));
const text = (name) => readFileSync(join(assets, name), "utf8");

const before = new Set();
const follow = (name) => {
  if (before.has(name) || !scripts.includes(name)) return;
  before.add(name);
  for (const [, target] of text(name).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) follow(target);
};
for (const start of first) {
  const found = scripts.filter((name) => name.endsWith("js") && name.startsWith(`${start}-`));
  if (found.length === 0) throw new Error(`${start} is not among the built scripts`);
  found.forEach(follow);
}

let sum = 0;
for (const name of scripts.toSorted()) {
  const kb = gzipSync(readFileSync(join(assets, name))).length / 1000;
  if (before.has(name)) sum += kb;
  process.stdout.write(`${kb.toFixed(1).padStart(8)} kB  ${name}${before.has(name) ? "" : "  (later)"}\n`);
}
process.stdout.write(`${sum.toFixed(1).padStart(8)} kB  all JavaScript before the first map (limit ${LIMIT_KB})\n`);
if (sum > LIMIT_KB) process.exit(1);
