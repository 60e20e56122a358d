import { type FormEvent, useState } from "react";
import { useI18n } from "../../i18n";
import { readRate, setRate } from "../../store/clockActions";
import { useStore } from "../../store/create";
import { clock } from "../../store/state";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Popover } from "../../ui/Popover";

const RATES = [0.1, 0.5, 1, 2, 5, 10, 20, 60, 100, 300, 600, 1000] as const;

/** How fast the world runs: steps to choose from, and any other speed. */
export function RateMenu() {
  const { t, format } = useI18n();
  const { rate, paused, nextRate, known } = useStore(clock, (value) => value);
  const shown = paused ? nextRate : rate;
  const word = shown === null ? t("clock.paused") : t("clock.rate", { rate: format.plain(shown) });
  if (!known) return null;
  return (
    <Popover
      className="rate"
      testId="world-rate"
      title={t("clock.rateTitle")}
      label={shown === null ? `${t("clock.paused")}. ${t("clock.rateTitle")}` : t("clock.rateLabel", { rate: format.plain(shown) })}
      button={
        <>
          <span className="number">{paused && nextRate !== null ? `${t("clock.paused")} · ${word}` : word}</span>
          <Icon name="down" size={14} />
        </>
      }
    >
      {(close) => <RateChoice shown={shown} onDone={close} />}
    </Popover>
  );
}

function RateChoice({ shown, onDone }: { shown: number | null; onDone: () => void }) {
  const { t, format } = useI18n();
  const paused = useStore(clock, (value) => value.paused);
  const [text, setText] = useState("");
  const typed = readRate(text);
  const take = (rate: number) => {
    void setRate(rate);
    onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed !== null) take(typed);
  };
  return (
    <form className="rate-card" onSubmit={submit}>
      <p className="quiet">
        {t("clock.rateText")} {paused && t("clock.rateLater")}
      </p>
      <div className="rate-grid" role="group" aria-label={t("clock.rateTitle")}>
        {RATES.map((rate) => (
          <button
            key={rate}
            type="button"
            className="chip number"
            aria-pressed={rate === shown}
            data-testid={`rate-${rate}`}
            onClick={() => take(rate)}
          >
            {t("clock.rate", { rate: format.plain(rate) })}
          </button>
        ))}
      </div>
      <div className="rate-other">
        <input
          type="text"
          inputMode="decimal"
          aria-label={t("clock.otherRate")}
          aria-invalid={text !== "" && typed === null}
          placeholder={t("clock.otherRateHint")}
          value={text}
          data-testid="rate-other"
          onChange={(event) => setText(event.target.value)}
        />
        <Button submit testId="rate-set" disabled={typed === null}>
          {t("clock.set")}
        </Button>
      </div>
    </form>
  );
}
