import "./search.css";
import { type KeyboardEvent, useId, useState } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { closeOverlay } from "../../store/shellActions";
import { fleet } from "../../store/state";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { type Found, findHere, placesAsFound } from "./found";
import { usePlaces } from "./usePlaces";

/** One box for everything: vehicles, trips, places, pages. */
export default function Search() {
  const i18n = useI18n();
  const { t } = i18n;
  const listId = useId();
  const [text, setText] = useState("");
  const [cursor, setCursor] = useState(0);
  const known = useStore(fleet, (value) => value);
  const places = usePlaces(text);
  const found = [...findHere(text, known, i18n), ...placesAsFound(places ?? [], i18n)];
  const at = Math.min(cursor, found.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = found[at];
    if (event.key === "ArrowDown") setCursor((at + 1) % Math.max(found.length, 1));
    else if (event.key === "ArrowUp") setCursor((at + found.length - 1) % Math.max(found.length, 1));
    else if (event.key === "Enter" && chosen) take(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label={t("search.title")} testId="search" className="search" onClose={closeOverlay}>
      <div className="search-box">
        <Icon name="search" size={20} />
        <input
          type="text"
          role="combobox"
          aria-label={t("search.hint")}
          aria-expanded={found.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `${listId}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("search.hint")}
          value={text}
          data-testid="search-text"
          onChange={(event) => {
            setCursor(0);
            setText(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={listId} role="listbox" className="search-list" aria-label={t("search.title")}>
        {found.map((one, index) => (
          <div
            key={one.key}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="search-found"
            data-testid="search-found"
            ref={index === at ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
            onMouseDown={(event) => {
              event.preventDefault();
              take(one);
            }}
          >
            <Icon name={one.icon} />
            <strong>{one.name}</strong>
            <span className="quiet">{one.about}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="quiet centred">{t("search.nothing")}</p>}
    </Dialog>
  );
}

function take(one: Found): void {
  closeOverlay();
  one.open();
}
