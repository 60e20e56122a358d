// Gzip size of each built script and style, and the sum of what loads before the first map.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 600;
const assets = resolve(import.meta.dirname, "../dist/assets");
let before = 0;
for (const name of readdirSync(assets).filter((n) => /\.(m?js|css)$/.test(n)).toSorted()) {
  const kb = gzipSync(readFileSync(join(assets, name))).length / 1000;
  if (name.endsWith("js")) before += kb;
  process.stdout.write(`${kb.toFixed(1).padStart(8)} kB  ${name}\n`);
}
process.stdout.write(`${before.toFixed(1).padStart(8)} kB  all JavaScript before the first map (limit ${LIMIT_KB})\n`);
if (before > LIMIT_KB) process.exit(1);
