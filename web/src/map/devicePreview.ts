import type { Feature, FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { DevicePreview } from "../contracts/api";
import type { Theme } from "../store/theme";

const SOURCE = "rumbo-device-preview";
const COLOURS = {
  light: { truth: "#475467", fix: "#2152e5", faulty: "#c62828", ring: "#ffffff" },
  dark: { truth: "#b6bfcd", fix: "#6d94ff", faulty: "#ff7b72", ring: "#0d1117" },
} as const;

const of = (kind: string) => ["==", ["get", "kind"], kind] as unknown as boolean;

/** The true way of a sample trip and what a device would report of it, each fix joined to where it was taken. */
export class DevicePreviewLayer {
  private preview: DevicePreview | null = null;
  private readonly map: MapLibreMap;
  private readonly theme: () => Theme;

  constructor(map: MapLibreMap, theme: () => Theme) {
    this.map = map;
    this.theme = theme;
  }

  add(): void {
    if (this.map.getSource(SOURCE)) return;
    const colour = COLOURS[this.theme()];
    this.map.addSource(SOURCE, { type: "geojson", data: this.data() });
    this.map.addLayer({
      id: `${SOURCE}-truth`,
      type: "line",
      source: SOURCE,
      filter: of("truth"),
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": colour.truth, "line-width": 3, "line-opacity": 0.8 },
    });
    this.map.addLayer({
      id: `${SOURCE}-error`,
      type: "line",
      source: SOURCE,
      filter: of("error"),
      paint: { "line-color": colour.truth, "line-width": 1, "line-opacity": 0.5 },
    });
    this.map.addLayer({
      id: `${SOURCE}-fix`,
      type: "circle",
      source: SOURCE,
      filter: of("fix"),
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 2.5, 17, 5],
        "circle-color": ["case", ["get", "faulty"], colour.faulty, colour.fix],
        "circle-stroke-color": colour.ring,
        "circle-stroke-width": 1,
      },
    });
  }

  /** @returns the box of the true way where there is a new one to be seen. */
  show(preview: DevicePreview | null): [number, number, number, number] | null {
    if (preview === this.preview) return null;
    const before = this.preview;
    this.preview = preview;
    this.map.getSource<GeoJSONSource>(SOURCE)?.setData(this.data());
    const first = preview?.track.coordinates[0];
    if (!preview || !first || JSON.stringify(first) === JSON.stringify(before?.track.coordinates[0])) return null;
    return preview.track.coordinates.reduce<[number, number, number, number]>(
      ([w, s, e, n], [lon, lat]) => [Math.min(w, lon), Math.min(s, lat), Math.max(e, lon), Math.max(n, lat)],
      [first[0], first[1], first[0], first[1]],
    );
  }

  private data(): FeatureCollection {
    if (!this.preview) return { type: "FeatureCollection", features: [] };
    const { track, fixes, fault_labels: labels } = this.preview;
    // A clock that is off spoils every report alike and moves none of them.
    const telling = ~(1 << labels.indexOf("clock"));
    const features: Feature[] = [{ type: "Feature", properties: { kind: "truth" }, geometry: track }];
    fixes.lat.forEach((lat, i) => {
      const at = [fixes.lon[i] ?? 0, lat];
      const truth = [fixes.true_lon[i] ?? 0, fixes.true_lat[i] ?? 0];
      features.push(
        { type: "Feature", properties: { kind: "error" }, geometry: { type: "LineString", coordinates: [truth, at] } },
        { type: "Feature", properties: { kind: "fix", faulty: ((fixes.faults[i] ?? 0) & telling) !== 0 }, geometry: { type: "Point", coordinates: at } },
      );
    });
    return { type: "FeatureCollection", features };
  }
}
