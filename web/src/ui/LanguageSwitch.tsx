import { LANGUAGES, useI18n } from "../i18n";
import { speak } from "../store/shellActions";

const NAMES = { en: "English", es: "Español" } as const;

export function LanguageSwitch() {
  const { language, t } = useI18n();
  return (
    <div className="segments small" role="group" aria-label={t("language.label")} data-testid="language">
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === language}
          aria-label={`${one.toUpperCase()}: ${NAMES[one]}`}
          title={NAMES[one]}
          data-testid={`language-${one}`}
          onClick={() => void speak(one)}
        >
          {one.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
