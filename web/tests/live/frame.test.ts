import { expect, test } from "vitest";
import { HEADER_BYTES, readFrame, VEHICLE_BYTES } from "../../src/live/frame";

function frameOf(vehicles: readonly (readonly [number, number, number])[], version = 1): ArrayBuffer {
  const buffer = new ArrayBuffer(HEADER_BYTES + vehicles.length * VEHICLE_BYTES);
  const view = new DataView(buffer);
  view.setUint8(0, version);
  view.setUint32(4, vehicles.length, true);
  view.setFloat64(8, 1_772_000_000_123, true);
  view.setFloat64(16, 7.25, true);
  view.setFloat64(24, 43.5, true);
  view.setFloat64(32, 2 ** -26, true);
  view.setFloat64(40, 2 ** -27, true);
  vehicles.forEach((words, i) => words.forEach((word, j) => view.setUint32(HEADER_BYTES + i * 12 + j * 4, word, true)));
  return buffer;
}

test("a frame gives each vehicle's slot, state, place, heading and speed", () => {
  const frame = readFrame(frameOf([[((2 << 24) | 77) >>> 0, ((64 << 24) | 0x400000) >>> 0, ((40 << 24) | 0x800000) >>> 0]]));
  expect(frame.worldMs).toBe(1_772_000_000_123);
  expect([frame.slot[0], frame.state[0], frame.heading[0], frame.speedMps[0]]).toEqual([77, 2, 90, 10]);
  expect(frame.lon[0]).toBe(7.25 + 2 ** -4);
  expect(frame.lat[0]).toBe(43.5 + 2 ** -4);
});

test("the highest slot, state, heading and speed survive their bits", () => {
  const frame = readFrame(frameOf([[0xffffffff, 0xffffffff, 0xffffffff]]));
  expect([frame.slot[0], frame.state[0], frame.speedMps[0]]).toEqual([0xffffff, 255, 63.75]);
  expect(frame.heading[0]).toBeCloseTo(358.59, 2);
});

test("a frame of another version or cut short is refused", () => {
  expect(() => readFrame(frameOf([], 2))).toThrow(RangeError);
  expect(() => readFrame(frameOf([[1, 2, 3]]).slice(0, 50))).toThrow(RangeError);
  expect(() => readFrame(new ArrayBuffer(3))).toThrow(RangeError);
});
