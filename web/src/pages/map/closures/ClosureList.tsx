import { useCallback } from "react";
import type { Closure } from "../../../contracts/api";
import { type I18n, useI18n } from "../../../i18n";
import { type Phase, phaseAt, selectClosure } from "../../../store/closureActions";
import { useStore } from "../../../store/create";
import { past, world } from "../../../store/state";
import { Icon } from "../../../ui/Icon";
import { useNow } from "../../../ui/useNow";

/** How a closure stands at the time that is looked at. */
export function usePhase(closure: Closure): Phase {
  const at = useStore(past, (value) => value.at);
  const read = useCallback(() => phaseAt(closure, at ?? world.now()), [closure, at]);
  return useNow(read, 500);
}

export function kindText({ t, format }: I18n, { kind, speed_factor: factor }: Pick<Closure, "kind" | "speed_factor">): string {
  return kind === "closed" ? t("closure.closed") : `${t("closure.slow")} · ${format.percent(factor ?? 1)}`;
}

/** "since 08:10, until 09:00", as much of it as there is to say. */
export function spanText({ t, format }: I18n, closure: Closure, phase: Phase): string {
  const now = world.now();
  const from = format.time(Date.parse(closure.from), now);
  const words = [t(phase === "planned" ? "closure.fromTime" : "closure.sinceTime", { time: from })];
  if (closure.until !== null) words.push(t("closure.untilTimeOf", { time: format.time(Date.parse(closure.until), now) }));
  return words.join(" ");
}

export function ClosureList({ items }: { items: readonly Closure[] }) {
  return (
    <ul className="rows" data-testid="closure-list">
      {items.map((closure) => (
        <li key={closure.id}>
          <Row closure={closure} />
        </li>
      ))}
    </ul>
  );
}

function Row({ closure }: { closure: Closure }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const phase = usePhase(closure);
  const { done, rerouted } = closure.effect;
  return (
    <button
      type="button"
      className="row closure-row"
      data-kind={closure.kind}
      data-phase={phase}
      data-testid="closure-item"
      data-closure-id={closure.id}
      onClick={() => selectClosure(closure.id)}
    >
      <span className="row-icon">
        <Icon name={closure.kind === "closed" ? "block" : "slow"} size={22} />
      </span>
      <span className="row-text">
        <strong>{kindText(i18n, closure)}</strong>
        <span className="quiet number">{spanText(i18n, closure, phase)}</span>
      </span>
      <span className="closure-state">
        <span className="phase" data-phase={phase}>
          {t(`closure.${phase}`)}
        </span>
        <span className="quiet number">{done ? rerouted > 0 && t("closure.reroutedShort", { n: format.count(rerouted) }) : "…"}</span>
      </span>
    </button>
  );
}
