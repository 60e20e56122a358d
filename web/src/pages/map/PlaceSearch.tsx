import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { Place } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { setStop } from "../../store/plannerActions";
import { planner, type Stop } from "../../store/state";
import { usePlaces } from "../search/usePlaces";

/** A stop's text box: suggests places as one types; a point from the map shows as its coordinates. */
export function PlaceSearch({ stop, name }: { stop: Stop; name: string }) {
  const { t, kind } = useI18n();
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const active = useStore(planner, (value) => value.activeKey === stop.key);
  const [text, setText] = useState<string | null>(null);
  const [cursor, setCursor] = useState(0);
  const places = usePlaces(text);
  const shown = text ?? (stop.at ? stop.label || coordinates(stop.at) : "");

  const take = (place: Place) => {
    setText(null);
    setStop(stop.key, { at: { lat: place.lat, lon: place.lon }, label: place.name });
    input.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = places?.length ?? 0;
    if (event.key === "Escape") setText(null);
    if (!places || count === 0) return;
    const chosen = places[cursor];
    if (event.key === "ArrowDown") setCursor((cursor + 1) % count);
    else if (event.key === "ArrowUp") setCursor((cursor + count - 1) % count);
    else if (event.key === "Enter" && chosen) take(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <div className="place-search">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={name}
        aria-expanded={places !== null}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={places?.length ? `${listId}-${cursor}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={active ? t("plan.search") : name}
        value={shown}
        data-testid="place-search"
        onFocus={(event) => {
          event.target.select();
          planner.set({ activeKey: stop.key });
        }}
        onBlur={() => setText(null)}
        onChange={(event) => {
          setCursor(0);
          setText(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      {places && (
        <div id={listId} role="listbox" className="suggestions" aria-label={name}>
          {places.map((place, index) => (
            <div
              key={`${place.name} ${place.lat} ${place.lon}`}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === cursor}
              data-testid="place-option"
              // The box keeps the focus, so that choosing is not leaving it.
              onMouseDown={(event) => {
                event.preventDefault();
                take(place);
              }}
            >
              <strong>{place.name}</strong>
              <span className="quiet">{kind(place.kind)}</span>
            </div>
          ))}
          {places.length === 0 && <p className="quiet">{t("plan.noPlaces")}</p>}
        </div>
      )}
    </div>
  );
}

const coordinates = ({ lat, lon }: { lat: number; lon: number }) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
