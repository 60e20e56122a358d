import { Fragment } from "react";
import { useI18n } from "../../i18n";
import { closeOverlay } from "../../store/shellActions";
import { Dialog } from "../../ui/Dialog";
import { PAGES } from "../pages";

/** Every key that does something. */
export default function Keys() {
  const { t } = useI18n();
  const keys: [string[], string][] = [
    [["Ctrl", "K"], t("keys.search")],
    [["?"], t("keys.help")],
    [["w"], t("keys.pause")],
    ...PAGES.flatMap(({ rail, title }): [string[], string][] =>
      rail ? [[["g", rail.key], t("keys.go", { page: t(title) })]] : [],
    ),
    [["↑", "↓"], t("keys.move")],
    [["Esc"], t("keys.close")],
  ];
  return (
    <Dialog label={t("keys.title")} testId="keys" onClose={closeOverlay}>
      <div className="dialog-body">
        <h2>{t("keys.title")}</h2>
        <dl className="keys">
          {keys.map(([pressed, does]) => (
            <Fragment key={does}>
              <dt>{does}</dt>
              <dd>
                {pressed.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dd>
            </Fragment>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
