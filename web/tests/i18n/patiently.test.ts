import { describe, expect, it } from "vitest";
import { patiently } from "../../src/i18n/patiently";

const lost = () => Promise.reject(new TypeError("Failed to fetch"));

function surroundings(over: { answers?: boolean[]; age?: number } = {}) {
  const told = { waits: [] as number[], reloads: 0 };
  const answers = over.answers ?? [];
  return {
    told,
    wait: (ms: number) => {
      told.waits.push(ms);
      if (told.waits.length > 20) throw new Error("it never ends");
      return Promise.resolve();
    },
    answers: () => Promise.resolve(answers.shift() ?? false),
    age: () => over.age ?? 60_000,
    reload: () => {
      told.reloads++;
    },
  };
}

describe("a part of the app that does not load", () => {
  it("is tried until the server is back", async () => {
    const around = surroundings();
    let tries = 0;
    expect(await patiently(() => (++tries < 7 ? lost() : Promise.resolve("there")), around)).toBe("there");
    expect(around.told).toEqual({ waits: [300, 1000, 2000, 4000, 4000, 4000], reloads: 0 });
  });

  it("loads the page anew where the server answers and has no such part", async () => {
    const around = surroundings({ answers: [false, true, true, true] });
    const never = patiently(lost, around);
    expect(await Promise.race([never, new Promise((done) => setTimeout(done, 20, "waits"))])).toBe("waits");
    expect(around.told.reloads).toBe(1);
  });

  it("fails on a page that was just loaded", async () => {
    const around = surroundings({ answers: [true, true, true], age: 3_000 });
    await expect(patiently(lost, around)).rejects.toThrow("Failed to fetch");
    expect(around.told.reloads).toBe(0);
  });
});
