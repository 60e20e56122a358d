import type { ServerMessage, TripEvent, VehicleReport } from "../contracts/live";
import type { Pipeline } from "../contracts/api";
import { LiveSocket } from "../live/socket";
import { FINAL, keepTrip, loadFleet, refreshTrip } from "./fleetActions";
import { connection, fleet, HISTORY, pipeline, selection, tracks, world } from "./state";

function onTrip(event: TripEvent): void {
  const { live, trips, vehicles } = fleet.get();
  fleet.set({
    live: {
      ...live,
      [event.vehicle_id]: {
        tripId: event.trip_id,
        state: event.state,
        reason: event.reason ?? null,
        eventTime: event.event_time,
        eta: event.eta,
      },
    },
  });
  const known = trips.find((trip) => trip.id === event.trip_id);
  if (!vehicles.some((vehicle) => vehicle.id === event.vehicle_id)) void loadFleet();
  else if (!known || FINAL.has(event.state)) void refreshTrip(event.trip_id);
  else if (known.state !== event.state) keepTrip({ ...known, state: event.state, eta: event.eta ?? known.eta });
}

function onReports(reports: readonly VehicleReport[]): void {
  const mine = reports.find((one) => one.vehicle_id === selection.get().vehicleId);
  if (mine) selection.set({ report: mine });
}

function onPipeline(now: Pipeline): void {
  world.sync(Date.parse(now.world.time), now.world.rate);
  pipeline.set(({ history }) => ({ now, history: [...history, now.stream.rows_per_s].slice(-HISTORY) }));
}

function onMessage(message: ServerMessage): void {
  switch (message.type) {
    case "snapshot":
      world.sync(message.world.time_ms, message.world.rate);
      tracks.replace(message.vehicles);
      onReports(message.vehicles);
      break;
    case "vehicles":
      tracks.add(message.add);
      onReports(message.add);
      break;
    case "trip":
      onTrip(message);
      break;
    case "pipeline":
      onPipeline(message);
      break;
    case "detail":
      onReports("vehicles" in message ? message.vehicles : [message]);
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
  socket?.say({ type: "view", bbox });
}
