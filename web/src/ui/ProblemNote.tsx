import type { ApiError } from "../api/client";
import { type MessageKey, useI18n } from "../i18n";
import { Icon } from "./Icon";

const SPOKEN = [
  "unreachable",
  "outside-region",
  "not-on-road",
  "no-route",
  "unreadable-file",
  "too-large",
  "not-found",
  "conflict",
  "unavailable",
  "invalid-input",
] as const;

/** A problem in plain words: what happened, what exactly, and what to do. */
export function ProblemNote({ error }: { error: ApiError }) {
  const { t, language } = useI18n();
  const known = SPOKEN.find((code) => code === error.code) ?? "other";
  const { detail, hint, errors } = error.problem;
  // The server speaks English: its words stand where they are the reader's, or say what ours can't.
  const title = language === "en" && detail ? detail : t(`problem.${known}`);
  const advice = language === "en" && hint ? hint : t(`problem.${known}.hint` as MessageKey);
  const more = language === "en" ? errors?.map((one) => one.detail).join(" ") : detail;
  return (
    <div className="problem" role="alert" data-testid="problem">
      <Icon name="warn" />
      <div>
        <strong>{title}</strong>
        {more && more !== title && <p lang="en">{more}</p>}
        <p>{advice}</p>
      </div>
    </div>
  );
}
