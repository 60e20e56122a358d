/** Binary frames of the live socket, little endian: a 48-byte header, then 12 bytes a vehicle. */

export const HEADER_BYTES = 48;
export const VEHICLE_BYTES = 12;
const VERSION = 1;
const LOW_24 = 0xffffff;

/** Columns of one frame; index i is one vehicle in all of them. */
export interface Frame {
  worldMs: number;
  count: number;
  slot: Uint32Array;
  /** Index into TRIP_STATES. */
  state: Uint8Array;
  lon: Float64Array;
  lat: Float64Array;
  /** Degrees clockwise from north, in steps of 360/256. */
  heading: Float32Array;
  speedMps: Float32Array;
}

/** @throws RangeError where the frame's version or length is not what it should be. */
export function readFrame(buffer: ArrayBuffer): Frame {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint8(0) !== VERSION) {
    throw new RangeError("A live frame of an unknown version.");
  }
  const count = view.getUint32(4, true);
  if (buffer.byteLength < HEADER_BYTES + count * VEHICLE_BYTES) throw new RangeError("A live frame cut short.");
  const lon0 = view.getFloat64(16, true);
  const lat0 = view.getFloat64(24, true);
  const dlon = view.getFloat64(32, true);
  const dlat = view.getFloat64(40, true);
  const frame = emptyFrame(view.getFloat64(8, true), count);
  for (let i = 0, at = HEADER_BYTES; i < count; i += 1, at += VEHICLE_BYTES) {
    const a = view.getUint32(at, true);
    const b = view.getUint32(at + 4, true);
    const c = view.getUint32(at + 8, true);
    frame.slot[i] = a & LOW_24;
    frame.state[i] = a >>> 24;
    frame.lon[i] = lon0 + (b & LOW_24) * dlon;
    frame.heading[i] = ((b >>> 24) * 360) / 256;
    frame.lat[i] = lat0 + (c & LOW_24) * dlat;
    frame.speedMps[i] = (c >>> 24) * 0.25;
  }
  return frame;
}

function emptyFrame(worldMs: number, count: number): Frame {
  return {
    worldMs,
    count,
    slot: new Uint32Array(count),
    state: new Uint8Array(count),
    lon: new Float64Array(count),
    lat: new Float64Array(count),
    heading: new Float32Array(count),
    speedMps: new Float32Array(count),
  };
}
