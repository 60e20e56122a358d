import type { TripState } from "../contracts/api";
import { useI18n } from "../i18n";

/** A trip's state as a coloured dot and its word; `idle` for a vehicle without a trip. */
export function StateBadge({ state, testId }: { state: TripState | "idle"; testId?: string }) {
  const { t } = useI18n();
  return (
    <span className="state" data-state={state} data-testid={testId}>
      <span className="state-dot" aria-hidden="true" />
      {t(`state.${state}`)}
    </span>
  );
}
