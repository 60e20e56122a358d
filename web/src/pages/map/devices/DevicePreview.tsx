import type { DevicePreview as Preview } from "../../../contracts/api";
import { type I18n, type MessageKey, useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import { devices } from "../../../store/state";

/** What the device would report: counts, errors, delays, faults. The fixes are on the map. */
export function DevicePreview() {
  const { t, format } = useI18n();
  const { preview, looking } = useStore(devices, (value) => value);
  return (
    <section className="preview" aria-label={t("device.preview")} aria-busy={looking} data-looking={looking} data-testid="device-preview">
      <h3>{t("device.preview")}</h3>
      {preview ? (
        <>
          <p className="quiet number">
            {t(preview.sample.kind === "trip" ? "device.previewTrip" : "device.previewBuiltIn", { distance: format.distance(preview.sample.distance_m) })}
          </p>
          <Legend />
          <Figures preview={preview} />
          <Faults counts={preview.counts.by_fault} />
          <Delays histogram={preview.delay_ms.histogram} />
        </>
      ) : (
        looking && <p className="quiet">{t("device.looking")}</p>
      )}
    </section>
  );
}

function Legend() {
  const { t } = useI18n();
  return (
    <p className="legend quiet">
      <span data-mark="truth">{t("device.truth")}</span>
      <span data-mark="fix">{t("device.fix")}</span>
      <span data-mark="faulty">{t("device.faulty")}</span>
    </p>
  );
}

const ms = ({ format }: I18n, value: number | null): string =>
  value === null ? "–" : value < 1000 ? `${format.count(value)} ms` : format.lag(value / 1000);
const metres = ({ format }: I18n, value: number | null): string =>
  value === null ? "–" : value < 100 ? `${format.plain(Math.round(value * 10) / 10)} m` : format.distance(value);

function Figures({ preview: { counts, error_m: error, delay_ms: delay } }: { preview: Preview }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const figures = [
    [t("device.recorded"), format.count(counts.recorded), "recorded"],
    [t("device.sent"), format.count(counts.sent), "sent"],
    [t("device.dropped"), format.count(counts.dropped), "dropped"],
    [t("device.rejected"), format.count(counts.rejected), "rejected"],
    [t("device.error"), `${metres(i18n, error.p50)} · ${metres(i18n, error.p95)}`, "error"],
    [t("device.delay"), `${ms(i18n, delay.p50)} · ${ms(i18n, delay.p95)}`, "delay"],
  ] as const;
  return (
    <dl className="facts number">
      {figures.map(([name, value, id]) => (
        <div key={id}>
          <dt>{name}</dt>
          <dd data-testid={`preview-${id}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Faults({ counts }: { counts: Preview["counts"]["by_fault"] }) {
  const { t, format } = useI18n();
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  if (found.length === 0) return <p className="quiet">{t("device.noFault")}</p>;
  const most = Math.max(...found.map(([, count]) => count));
  return (
    <Bars
      title={t("device.byFault")}
      rows={found.map(([label, count]) => ({ label: t(`fault.${label}` as MessageKey), text: format.count(count), share: count / most }))}
    />
  );
}

function Delays({ histogram }: { histogram: Preview["delay_ms"]["histogram"] }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const last = histogram.findLastIndex(({ count }) => count > 0);
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  if (last < 1) return null;
  return (
    <Bars
      title={t("device.delays")}
      rows={histogram.slice(0, last + 1).map(({ up_to_ms: top, count }) => ({
        label: top === null ? t("device.longer") : t("device.upTo", { time: ms(i18n, top) }),
        text: format.count(count),
        share: count / most,
      }))}
    />
  );
}

function Bars({ title, rows }: { title: string; rows: readonly { label: string; text: string; share: number }[] }) {
  return (
    <table className="bars number">
      <caption>{title}</caption>
      <tbody>
        {rows.map(({ label, text, share }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td aria-hidden="true">
              <span className="bar-fill" style={{ width: share > 0 ? `${Math.max(share * 100, 1)}%` : 0 }} />
            </td>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
