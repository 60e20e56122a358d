import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { planAt } from "../../store/plannerActions";
import { mapMenu } from "../../store/state";

const ROLES = ["from", "via", "to"] as const;

/** What a right click on the map, or its menu key, offers for the point. */
export function MapMenu() {
  const { t } = useI18n();
  const at = useStore(mapMenu, (value) => value.at);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!at) return undefined;
    box.current?.querySelector("button")?.focus();
    const close = () => mapMenu.set({ at: null });
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) close();
    };
    const escape = (event: KeyboardEvent) => event.key === "Escape" && close();
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", escape);
    };
  }, [at]);
  if (!at) return null;
  return (
    <div ref={box} className="map-menu" role="menu" aria-label={t("plan.title")} style={{ left: at.x, top: at.y }} data-testid="map-menu">
      {ROLES.map((role) => (
        <button
          key={role}
          type="button"
          role="menuitem"
          data-testid={`menu-${role}`}
          onClick={() => {
            mapMenu.set({ at: null });
            planAt({ lat: at.lat, lon: at.lon }, role);
          }}
        >
          {t(`plan.at.${role}`)}
        </button>
      ))}
    </div>
  );
}
