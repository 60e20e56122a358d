import { type ReactNode, useCallback } from "react";
import { LANGUAGES, UNITS, useI18n, prefer, ZONES } from "../../i18n";
import { useStore } from "../../store/create";
import { world } from "../../store/state";
import { speak } from "../../store/shellActions";
import { chooseTheme, theme, THEMES } from "../../store/theme";
import { Segments } from "../../ui/Segments";
import { useNow } from "../../ui/useNow";
import { Page } from "../Page";

const LANGUAGE_NAMES = { en: "English", es: "Español" } as const;

/** What a person sets for this browser. */
export default function SettingsPage() {
  const { t, format, preferences } = useI18n();
  const choice = useStore(theme, (value) => value.choice);
  const now = useNow(
    useCallback(() => Math.floor((world.isKnown ? world.now() : Date.now()) / 1000) * 1000, []),
    500,
  );
  return (
    <Page title={t("settings.title")} narrow testId="settings-page">
      <section className="card stack">
        <p className="quiet">{t("settings.text")}</p>
        <Choice name={t("settings.language")}>
          <Segments
            label={t("settings.language")}
            value={preferences.language}
            options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value], testId: `settings-language-${value}` }))}
            onChange={(language) => void speak(language)}
          />
        </Choice>
        <Choice name={t("settings.theme")}>
          <Segments
            label={t("settings.theme")}
            value={choice}
            options={THEMES.map((value) => ({ value, label: t(`theme.${value}`), testId: `theme-${value}` }))}
            onChange={chooseTheme}
          />
        </Choice>
        <Choice name={t("settings.units")}>
          <Segments
            label={t("settings.units")}
            value={preferences.units}
            options={UNITS.map((value) => ({ value, label: t(`units.${value}`), testId: `units-${value}` }))}
            onChange={(units) => void prefer({ units })}
          />
        </Choice>
        <Choice name={t("settings.zone")}>
          <Segments
            label={t("settings.zone")}
            value={preferences.zone}
            options={ZONES.map((value) => ({ value, label: t(`zone.${value}`), testId: `zone-${value}` }))}
            onChange={(zone) => void prefer({ zone })}
          />
        </Choice>
        <p className="quiet number" data-testid="settings-example">
          {t("settings.example", { distance: format.distance(12_340), speed: format.speed(13.9), time: format.clock(now) })}
        </p>
      </section>
      <section className="card">
        <h2>{t("settings.about")}</h2>
        <p>
          <a href="/api/v1/docs">{t("settings.api")}</a>
        </p>
        <p className="quiet">
          {t("settings.keys")}: <kbd>?</kbd>
        </p>
      </section>
    </Page>
  );
}

function Choice({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="field">
      <span>{name}</span>
      {children}
    </div>
  );
}
