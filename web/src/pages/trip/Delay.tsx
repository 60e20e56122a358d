import { useI18n } from "../../i18n";

const ON_TIME_S = 30;
/** As the lake has it: five minutes, as in public transport. */
const LATE_S = 300;

/** On time, late or early, in words. */
export function Delay({ seconds }: { seconds: number }) {
  const { t, format } = useI18n();
  const time = format.duration(Math.abs(seconds));
  const text = Math.abs(seconds) < ON_TIME_S ? t("record.onTime") : t(seconds > 0 ? "record.late" : "record.early", { time });
  return <span className={seconds > LATE_S ? "delay late" : "delay"}>{text}</span>;
}
