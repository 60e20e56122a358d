// Checks that imports point only downward: main > pages > map, ui > store > live, api, i18n > contracts.
// Rooms of one rank don't know each other. `node scripts/layers.mjs` exits 1 and names what breaks it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const RANK = { main: 5, pages: 4, map: 3, ui: 3, store: 2, live: 1, api: 1, i18n: 1, contracts: 0 };
const src = resolve(process.argv[2] ?? join(import.meta.dirname, "../src"));
const room = (file) => relative(src, file).split("/")[0].replace(/\.tsx?$/, "");

const broken = [];
for (const name of readdirSync(src, { recursive: true })) {
  if (!/\.tsx?$/.test(name)) continue;
  const file = join(src, name);
  const from = room(file);
  if (!(from in RANK)) broken.push(`${name}: room ${from} is not in the order`);
  for (const [, target] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    const to = room(resolve(dirname(file), target));
    if (to === from) continue;
    if (!(to in RANK)) broken.push(`${name}: imports ${target}, outside the rooms`);
    else if (RANK[to] >= RANK[from]) broken.push(`${name}: ${from} may not import ${to} (${target})`);
  }
}
if (broken.length) {
  process.stderr.write(`${broken.join("\n")}\n`);
  process.exit(1);
}
