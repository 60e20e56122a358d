import type { ServerMessage, TripEvent, VehicleReport } from "../contracts/live";
import type { Pipeline } from "../contracts/api";
import { LiveSocket } from "../live/socket";
import { takeLag, takeWord } from "./clockActions";
import { FINAL, keepTrip, loadFleet, refreshTrip } from "./fleetActions";
import { connection, fleet, HISTORY, type LiveState, pipeline, selection, tracks, view } from "./state";

const FLUSH_MS = 200;
const LOAD_MS = 2000;
/** Up to so many trips are read one by one; more of them are read as a list. */
const READ_SINGLY = 5;
/** A snapshot of more vehicles than a list can show says nothing to the list. */
const LISTED = 2000;

const waiting = new Map<string, TripEvent>();
let flushTimer = 0;

/** Events of many trips may come in one breath; the pages hear of them together, a few times a second. */
function onTrip(event: TripEvent): void {
  waiting.set(event.trip_id, event);
  flushTimer ||= window.setTimeout(flushTrips, FLUSH_MS);
}

function flushTrips(): void {
  flushTimer = 0;
  const events = [...waiting.values()];
  waiting.clear();
  const { live, trips, vehicles } = fleet.get();
  fleet.set({ live: { ...live, ...Object.fromEntries(events.map((event) => [event.vehicle_id, heard(event)])) } });
  const known = new Map(trips.map((trip) => [trip.id, trip]));
  const unread = events.filter((event) => !known.has(event.trip_id) || FINAL.has(event.state) || event.reason === "rerouted");
  const strangers = events.some((event) => !vehicles.some((vehicle) => vehicle.id === event.vehicle_id));
  if (strangers || unread.length > READ_SINGLY) loadFleetSoon();
  else for (const event of unread) void refreshTrip(event.trip_id);
  for (const event of events) {
    const trip = known.get(event.trip_id);
    if (trip && trip.state !== event.state) keepTrip({ ...trip, state: event.state, eta: event.eta ?? trip.eta });
  }
}

function heard(event: Omit<TripEvent, "reason"> & Partial<Pick<TripEvent, "reason">>): LiveState {
  return {
    tripId: event.trip_id,
    state: event.state,
    reason: event.reason ?? null,
    eventTime: event.event_time,
    eta: event.eta,
  };
}

let loadTimer = 0;

function loadFleetSoon(): void {
  loadTimer ||= window.setTimeout(() => {
    loadTimer = 0;
    void loadFleet();
  }, LOAD_MS);
}

function onSnapshot(reports: readonly VehicleReport[]): void {
  onReports(reports);
  if (reports.length === 0 || reports.length > LISTED) return;
  const { live } = fleet.get();
  const told = reports.filter((report) => !(Date.parse(live[report.vehicle_id]?.eventTime ?? "") > Date.parse(report.event_time)));
  const news = told.map((report) => [report.vehicle_id, { ...heard(report), reason: reasonOf(report, live) }]);
  fleet.set({ live: { ...live, ...Object.fromEntries(news) } });
}

/** Reports don't say why a vehicle waits; what the trip's event said stays true while it waits. */
function reasonOf(report: VehicleReport, live: Readonly<Record<string, LiveState>>): LiveState["reason"] {
  const before = live[report.vehicle_id];
  return before?.tripId === report.trip_id && before.state === report.state ? before.reason : null;
}

function onReports(reports: readonly VehicleReport[]): void {
  const mine = reports.find((one) => one.vehicle_id === selection.get().vehicleId);
  if (mine) selection.set({ report: mine });
}

function onPipeline(now: Pipeline): void {
  takeWord({ ...now.world, time_ms: Date.parse(now.world.time) });
  takeLag(now.world);
  pipeline.set(({ history }) => ({ now, history: [...history, now.stream.rows_per_s].slice(-HISTORY) }));
}

function onMessage(message: ServerMessage): void {
  switch (message.type) {
    case "snapshot":
      takeWord(message.world, true);
      tracks.replace(message.vehicles);
      onSnapshot(message.vehicles);
      break;
    case "world":
      takeWord(message, true);
      break;
    case "vehicles":
      tracks.add(message.add);
      tracks.remove(message.remove ?? []);
      onSnapshot(message.add);
      break;
    case "trip":
      onTrip(message);
      break;
    case "pipeline":
      onPipeline(message);
      break;
    case "error":
      break;
    case "detail":
      onReports(message.vehicles);
      break;
  }
}

let socket: LiveSocket | null = null;

/** Opens the live connection; every time it opens again the fleet is read afresh, too. */
export function startLive(): void {
  if (socket) return;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new LiveSocket(`${scheme}://${location.host}/api/v1/live`, {
    onMessage,
    onFrame: (frame) => tracks.take(frame),
    onState: (state, retryAt) => {
      const before = connection.get().state;
      // A try that has not succeeded yet is still a lost connection: the banner stays.
      connection.set({ state: state === "connecting" && before === "lost" ? "lost" : state, retryAt });
      if (state === "open" && before !== "open") void loadFleet();
    },
  });
  selection.subscribe(() => follow(selection.get().vehicleId));
  window.addEventListener("online", retryNow);
  socket.connect();
}

let followed: string | null = null;

function follow(vehicleId: string | null): void {
  if (followed === vehicleId) return;
  followed = vehicleId;
  socket?.say({ type: "follow", vehicle_ids: vehicleId ? [vehicleId] : [] });
}

export function retryNow(): void {
  if (connection.get().state === "lost") socket?.connect();
}

export function watchView(bbox: [number, number, number, number]): void {
  view.set({ bbox });
  socket?.say({ type: "view", bbox });
}
