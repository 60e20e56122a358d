import { useState } from "react";
import { ApiError } from "../../api/client";
import { exportAddress } from "../../api/endpoints";
import { useI18n } from "../../i18n";
import { importFile } from "../../store/fleetActions";
import type { VehicleFilter } from "../../store/vehicleFilter";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";

/** Vehicles from a CSV file and into one. */
export function VehicleFiles({ filter }: { filter: VehicleFilter }) {
  const { t, format, language } = useI18n();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);

  const take = async (file: File) => {
    setBusy(true);
    setError(null);
    setTold(null);
    try {
      const { created, known } = await importFile(file);
      setTold(t("fleet.imported", { created: format.count(created), known: format.count(known) }));
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const asked = {
    ...(filter.fleet ? { fleet: filter.fleet } : {}),
    ...(filter.tag ? { tag: filter.tag } : {}),
    ...(filter.text.trim() ? { q: filter.text.trim() } : {}),
  };
  return (
    <div className="files">
      <div className="files-row" role="group" aria-label={t("fleet.files")}>
        <label className="button plain" title={`${t("fleet.importText")} ${t("fleet.columns")}`} aria-disabled={busy}>
          <Icon name="upload" />
          {t(busy ? "fleet.importing" : "fleet.import")}
          <input
            type="file"
            accept=".csv,text/csv"
            className="hidden"
            disabled={busy}
            data-testid="import-vehicles"
            onChange={(event) => {
              const file = event.target.files?.[0];
              // The same file, mended, can be chosen again.
              event.target.value = "";
              if (file) void take(file);
            }}
          />
        </label>
        <a
          className="button plain"
          href={exportAddress(asked, language === "es" ? "semicolon" : "comma")}
          download
          title={t("fleet.exportText")}
          data-testid="export-vehicles"
        >
          <Icon name="download" />
          {t("fleet.export")}
        </a>
      </div>
      {told && (
        <p className="quiet" role="status" data-testid="imported">
          {told}
        </p>
      )}
      {error && <ProblemNote error={error} />}
    </div>
  );
}
