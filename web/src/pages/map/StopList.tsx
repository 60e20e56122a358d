import { type DragEvent, useState } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { moveStop, removeStop, setStop } from "../../store/plannerActions";
import { planner, type Stop } from "../../store/state";
import { IconButton } from "../../ui/Button";
import { PlaceSearch } from "./PlaceSearch";

const DRAG_TYPE = "application/x-rumbo-stop";
const LONGEST_DWELL_MIN = 7 * 24 * 60;

/** Start, stops and destination in order; rows can be dragged, or moved with their buttons. */
export function StopList() {
  const stops = useStore(planner, (value) => value.stops);
  const [over, setOver] = useState<number | null>(null);
  const handlers = (index: number) => ({
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
      event.preventDefault();
      setOver(index);
    },
    onDragLeave: () => setOver(null),
    onDrop: (event: DragEvent) => {
      setOver(null);
      const from = event.dataTransfer.getData(DRAG_TYPE);
      if (from !== "") moveStop(Number(from), index);
    },
  });
  return (
    <ol className="stops" data-testid="waypoint-list">
      {stops.map((stop, index) => (
        <li key={stop.key} data-over={over === index} {...handlers(index)}>
          <StopRow stop={stop} index={index} count={stops.length} />
        </li>
      ))}
    </ol>
  );
}

function StopRow({ stop, index, count }: { stop: Stop; index: number; count: number }) {
  const { t } = useI18n();
  const active = useStore(planner, (value) => value.activeKey === stop.key);
  const role = index === 0 ? "origin" : index === count - 1 ? "destination" : "via";
  const name = role === "via" ? t("plan.via", { n: index }) : t(`plan.${role}`);
  return (
    <div className="stop" data-role={role} data-active={active} data-testid={`waypoint-${role}`}>
      <span
        className="stop-mark"
        draggable
        aria-hidden="true"
        onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, String(index))}
      >
        {String.fromCodePoint(65 + (index % 26))}
      </span>
      <PlaceSearch stop={stop} name={name} />
      <span className="stop-tools">
        {count > 2 && index > 0 && (
          <IconButton icon="up" label={t("plan.moveUp", { name })} onClick={() => moveStop(index, index - 1)} />
        )}
        {count > 2 && index < count - 1 && (
          <IconButton icon="down" label={t("plan.moveDown", { name })} onClick={() => moveStop(index, index + 1)} />
        )}
        {(count > 2 || stop.at) && (
          <IconButton icon="close" label={t("plan.remove", { name })} onClick={() => removeStop(stop.key)} />
        )}
      </span>
      {role === "via" && (
        <label className="dwell">
          <span>{t("plan.dwell")}</span>
          <input
            type="number"
            min={0}
            max={LONGEST_DWELL_MIN}
            step={1}
            value={stop.dwellMin}
            data-testid="waypoint-dwell"
            onChange={(event) =>
              setStop(stop.key, { dwellMin: Math.min(LONGEST_DWELL_MIN, Math.max(0, event.target.valueAsNumber || 0)) })
            }
          />
        </label>
      )}
    </div>
  );
}
