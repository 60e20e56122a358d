import "../map/vehicles.css";
import "./fleet.css";
import { useState } from "react";
import type { Vehicle } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { fleet } from "../../store/state";
import { matches, type VehicleFilter } from "../../store/vehicleFilter";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { EmptyFleet } from "../map/EmptyFleet";
import { VehicleFiles } from "../map/VehicleFiles";
import { VehicleForm } from "../map/VehicleForm";
import { Page } from "../Page";
import { BulkBar } from "./BulkBar";
import { FleetFilter } from "./FleetFilter";
import { FleetTable } from "./FleetTable";
import { ManyForm } from "./ManyForm";

type Form = { kind: "new" } | { kind: "many" } | { kind: "edit"; vehicle: Vehicle };

/** All vehicles: find, make, change and remove them, one or many at a time. */
export default function FleetPage() {
  const { t } = useI18n();
  const { query } = useAddress();
  const { vehicles, loaded } = useStore(fleet, (value) => value);
  const [form, setForm] = useState<Form | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filter: VehicleFilter = {
    text: query.get("q") ?? "",
    fleet: query.get("fleet") ?? "",
    tag: query.get("tag") ?? "",
    kind: query.get("class") ?? "",
  };
  const found = vehicles.filter((vehicle) => matches(vehicle, filter));
  const picked = found.filter(({ id }) => chosen.has(id));
  const done = () => setForm(null);
  return (
    <Page
      title={t("fleetPage.title")}
      testId="fleet-page"
      actions={
        <>
          <Button kind="primary" icon="plus" testId="new-vehicle" onClick={() => setForm({ kind: "new" })}>
            {t("fleet.newVehicle")}
          </Button>
          <Button testId="many-vehicles" onClick={() => setForm({ kind: "many" })}>
            {t("fleetPage.many")}
          </Button>
        </>
      }
    >
      {loaded && vehicles.length === 0 ? (
        <div className="card">
          <EmptyFleet onNewVehicle={() => setForm({ kind: "new" })} />
        </div>
      ) : (
        <section className="card" aria-label={t("fleetPage.title")}>
          <FleetFilter vehicles={vehicles} filter={filter} onChange={setQuery} />
          <BulkBar found={found} picked={picked} onPick={(ids) => setChosen(new Set(ids))} />
          <FleetTable
            vehicles={found}
            chosen={chosen}
            onChoose={(id, yes) => setChosen((before) => new Set(yes ? [...before, id] : [...before].filter((one) => one !== id)))}
            onEdit={(vehicle) => setForm({ kind: "edit", vehicle })}
          />
          {loaded && found.length === 0 && (
            <div className="nothing">
              <p>{t("fleet.noneMatch")}</p>
              <Button onClick={() => setQuery({ q: null, fleet: null, tag: null, class: null })}>{t("fleet.clear")}</Button>
            </div>
          )}
          <VehicleFiles filter={filter} />
        </section>
      )}
      {form && (
        <Dialog label={t(form.kind === "many" ? "fleetPage.many" : "vehicle.title")} testId="fleet-form" onClose={done}>
          <div className="dialog-body">
            {form.kind === "many" ? <ManyForm onDone={done} /> : <VehicleForm {...(form.kind === "edit" ? { vehicle: form.vehicle } : {})} onDone={done} />}
          </div>
        </Dialog>
      )}
    </Page>
  );
}
