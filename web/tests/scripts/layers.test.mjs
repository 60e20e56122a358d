import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const script = resolve(import.meta.dirname, "../../scripts/layers.mjs");

function check(files) {
  const src = mkdtempSync(join(tmpdir(), "layers-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(src, name, ".."), { recursive: true });
    writeFileSync(join(src, name), text);
  }
  return spawnSync(process.execPath, [script, src], { encoding: "utf8" });
}

test("an import downward passes", () => {
  expect(check({ "pages/a.ts": 'import "../store/b";', "store/b.ts": "" }).status).toBe(0);
});

test("an import upward, sideways or from outside the rooms is refused and named", () => {
  const { status, stderr } = check({
    "store/a.ts": 'import type { P } from "../pages/b";',
    "map/b.ts": 'export * from "../ui/c";',
    "live/c.ts": 'const d = import("../attic/d");',
  });
  expect(status).toBe(1);
  expect(stderr).toContain("store/a.ts: store may not import pages");
  expect(stderr).toContain("map/b.ts: map may not import ui");
  expect(stderr).toContain("live/c.ts: imports ../attic/d, outside the rooms");
});
