import { beforeEach, expect, test, vi } from "vitest";
import type { DeviceProfile, FullDevice } from "../../src/contracts/api";
import { atShare, tableOf } from "../../src/pages/map/devices/fields";
import { changePart, closeDevice, freeName, openDevice } from "../../src/store/deviceActions";
import { devices } from "../../src/store/state";

const DEVICE = { name: "tracker", reporting: { interval_ms: 10_000 }, gnss: {}, link: {}, faults: {}, schema_version: 2 } as unknown as FullDevice;
const profile = (name: string, ready_made: boolean) => ({ name, ready_made, vehicles: 0, device: { ...DEVICE, name } }) as DeviceProfile;
let asked: { device: FullDevice }[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("fetch", (_path: string, { body }: { body: string }) => {
    asked.push(JSON.parse(body) as { device: FullDevice });
    return Promise.resolve(Response.json({ counts: {} }));
  });
  closeDevice();
  devices.set({ items: [profile("tracker", true), profile("my-tracker", false)] });
});

test("a ready-made device is copied under a name that is free; one's own keeps its name", () => {
  openDevice(profile("tracker", true));
  expect(devices.get()).toMatchObject({ isNew: true, draft: { name: "my-tracker-2" } });
  openDevice(profile("my-tracker", false));
  expect(devices.get()).toMatchObject({ isNew: false, draft: { name: "my-tracker" } });
  expect(freeName("a", ["a", "a-2"])).toBe("a-3");
});

test("many quick changes are tried once, as they are at last", async () => {
  vi.useFakeTimers();
  openDevice(profile("tracker", true));
  for (const interval_ms of [1000, 2000, 3000]) changePart("reporting", { interval_ms });
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked.map(({ device }) => device.reporting.interval_ms)).toEqual([3000]);
  expect(devices.get().looking).toBe(false);
  vi.useRealTimers();
});

test("a distribution is shown by three of its quantiles and made of three", () => {
  expect([0, 0.9, 1].map((share) => atShare([[0, 50], [0.5, 100], [1, 600]], share))).toEqual([50, 500, 600]);
  expect(tableOf(50, 20, 10)).toEqual([[0, 50], [0.9, 50], [1, 50]]);
});
