import { expect, test } from "vitest";
import type { Replay } from "../../src/contracts/api";
import { placeAt, ReplayChunks, stepFor } from "../../src/store/replayChunks";

type Vehicle = Replay["vehicles"][number];

const drive = (times: number[], trips = times.map(() => "trp_1")): Vehicle => ({
  vehicle_id: "veh_1",
  vehicle_class: "van",
  time_ms: times,
  trip_id: trips,
  state: times.map(() => "driving"),
  lat: times.map((ms) => ms / 1000),
  lon: times.map(() => 7),
  speed_mps: times.map(() => 10),
  heading_deg: times.map((_, index) => (index % 2 === 0 ? 350 : 10)),
  distance_m: times.map((ms) => ms),
  remaining_m: times.map(() => 0),
  progress: times.map(() => 0.5),
});

test("between two reports a vehicle is on its way, and turns the shorter way", () => {
  const shown = placeAt(drive([10_000, 20_000]), 15_000, 10, "Van");
  expect(shown).toMatchObject({ lat: 15, distance_m: 15_000, heading_deg: 0, name: "Van" });
});

test("before its first report, and long after its last, nobody knows where it is", () => {
  expect(placeAt(drive([10_000]), 9_999, 1, "")).toBeNull();
  expect(placeAt(drive([10_000]), 100_000, 1, "")).toMatchObject({ lat: 10 });
  expect(placeAt(drive([10_000]), 200_000, 1, "")).toBeNull();
});

test("a vehicle does not drive from one trip's end to the next one's start", () => {
  expect(placeAt(drive([10_000, 20_000], ["trp_1", "trp_2"]), 19_000, 1, "")).toMatchObject({ lat: 10, trip_id: "trp_1" });
});

test("a piece is read once, the next one ahead of time, and one that failed again", async () => {
  const asked: string[] = [];
  let broken = true;
  const fetch = async (fromMs: number, toMs: number, stepS: number): Promise<Replay> => {
    asked.push(`${fromMs + 120_000}-${toMs - 120_000} ${stepS}`);
    if (broken) throw new Error("away");
    return { first: "", last: "", step_s: stepS, vehicles: [drive([100_000])] };
  };
  const chunks = new ReplayChunks(fetch, (id) => id);
  await expect(chunks.at(100_000, 1)).rejects.toThrow("away");
  broken = false;
  expect(await chunks.at(100_000, 1)).toHaveLength(1);
  await chunks.at(110_000, 1);
  expect(asked).toEqual(["0-360000 1", "0-360000 1"]);
  await chunks.at(200_000, 1);
  expect(asked.at(-1)).toBe("360000-720000 1");
});

test("fast replays read coarser steps", () => {
  expect([0.1, 1, 60, 300, 1000].map(stepFor)).toEqual([1, 1, 6, 30, 60]);
});
