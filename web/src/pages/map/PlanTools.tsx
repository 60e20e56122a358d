import { useEffect } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { addStop, orderStops, redo, reverseStops, startDrawing, stopDrawing, undo } from "../../store/plannerActions";
import { planner } from "../../store/state";
import { Button, IconButton } from "../../ui/Button";

const FEWEST_TO_ORDER = 4;
const MOST_TO_ORDER = 12;

/** Verbs on the whole way: back and forth between versions, turned around, in the quickest order, drawn by hand. */
export function PlanTools() {
  const { t } = useI18n();
  const { stops, track, drawing, canUndo, canRedo, busy } = useStore(planner, (value) => value);
  useUndoKeys();
  const set = stops.filter((stop) => stop.at).length;
  const canOrder = set === stops.length && set >= FEWEST_TO_ORDER && set <= MOST_TO_ORDER;
  return (
    <div className="plan-tools" role="group" aria-label={t("plan.tools")}>
      {!track && !drawing && (
        <Button icon="plus" testId="add-stop" onClick={addStop}>
          {t("plan.addStop")}
        </Button>
      )}
      {drawing ? (
        <Button kind="primary" icon="check" testId="draw-done" onClick={stopDrawing}>
          {t("plan.drawDone")}
        </Button>
      ) : (
        <IconButton icon="draw" label={t("plan.draw")} testId="draw" onClick={startDrawing} />
      )}
      {!track && !drawing && <IconButton icon="swap" label={t("plan.reverse")} testId="reverse" disabled={set < 2} onClick={reverseStops} />}
      {canOrder && !track && <IconButton icon="order" label={t("plan.order")} testId="order-stops" disabled={busy} onClick={() => void orderStops()} />}
      <IconButton icon="undo" label={`${t("plan.undo")} (Ctrl+Z)`} testId="undo" disabled={!canUndo} onClick={undo} />
      <IconButton icon="redo" label={`${t("plan.redo")} (Ctrl+Y)`} testId="redo" disabled={!canRedo} onClick={redo} />
    </div>
  );
}

/** Ctrl+Z and Ctrl+Y or Ctrl+Shift+Z, but in a box that undoes its own text. */
function useUndoKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) undo();
      else if (key === "y" || key === "z") redo();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
