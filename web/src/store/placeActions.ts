import { ApiError } from "../api/client";
import { listRegions } from "../api/endpoints";
import { setZone } from "../i18n";
import { connection, place } from "./state";

/** Reads the current region; without an answer it tries again as soon as the live line is back. */
export async function loadRegion(): Promise<void> {
  if (place.get().region) return;
  try {
    const [region] = await listRegions();
    if (region) setZone(region.timezone);
    const missing = new ApiError({ type: "urn:rumbo:problem:not-found", title: "No region", status: 404 });
    place.set(region ? { region, error: null } : { error: missing });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.problem.status > 0 && error.problem.status < 500) place.set({ error });
    else retryOnOpen();
  }
}

function retryOnOpen(): void {
  const stop = connection.subscribe(() => {
    if (connection.get().state !== "open") return;
    stop();
    void loadRegion();
  });
}
