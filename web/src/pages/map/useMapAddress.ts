import { useEffect } from "react";
import { address, setQuery, subscribeAddress } from "../../store/address";
import { select } from "../../store/fleetActions";
import { fleet, selection } from "../../store/state";

/** What is chosen on the map stands in the address, so that it can be sent and come back to: `/?vehicle=…&trip=…`. */
export function useMapAddress(): void {
  useEffect(() => {
    const read = () => {
      const { path, query } = address();
      if (path !== "/" || !fleet.get().loaded) return;
      const vehicleId = query.get("vehicle");
      if (vehicleId !== selection.get().vehicleId) select(vehicleId, query.get("trip") ?? undefined);
    };
    const write = () => {
      const { vehicleId, tripId } = selection.get();
      if (address().path === "/" && fleet.get().loaded) setQuery({ vehicle: vehicleId, trip: vehicleId && tripId });
    };
    let wasLoaded = fleet.get().loaded;
    if (wasLoaded && address().query.has("vehicle")) read();
    else if (wasLoaded) write();
    const undo = [
      subscribeAddress(read),
      selection.subscribe(write),
      fleet.subscribe(() => {
        if (!wasLoaded && fleet.get().loaded) {
          wasLoaded = true;
          read();
        }
      }),
    ];
    return () => {
      for (const each of undo) each();
    };
  }, []);
}
