import type { Messages } from "../en";
import type { vehicles as english } from "../en/vehicles";

export const vehicles: Pick<Messages, keyof typeof english> = {
  "vehicle.edit": "Editar vehículo",
  "vehicle.change": "Guardar cambios",
  "vehicle.more": "Flota, etiquetas, conductor, equipo",
  "vehicle.fleet": "Flota",
  "vehicle.fleetPlaceholder": "p. ej. mensajería",
  "vehicle.tags": "Etiquetas",
  "vehicle.tagsPlaceholder": "norte, eléctrico",
  "vehicle.tagsHint": "Separadas por comas.",
  "vehicle.driver": "Conductor",
  "vehicle.device": "Equipo",
  "vehicle.energy": "Combustible o carga",
  "vehicle.odometer": "Cuentakilómetros",
  "vehicle.facts": "Sobre este vehículo",
  "driver.calm": "Tranquilo",
  "driver.normal": "Normal",
  "driver.aggressive": "Agresivo",

  "fleet.anyFleet": "Flota: todas",
  "fleet.anyTag": "Etiqueta: todas",
  "fleet.byFleet": "Mostrar una flota",
  "fleet.byTag": "Mostrar una etiqueta",
  "fleet.noneMatch": "Ningún vehículo es así.",
  "fleet.clear": "Mostrar todo",
  "fleet.files": "Importar o exportar vehículos",
  "fleet.import": "Importar CSV",
  "fleet.importText": "Todas las líneas se vuelven vehículos, o ninguna y ves qué línea está mal.",
  "fleet.importing": "Importando…",
  "fleet.imported": "{created} vehículos creados, {known} ya estaban.",
  "fleet.export": "Exportar CSV",
  "fleet.exportText": "Los vehículos que la lista muestra ahora.",
  "fleet.columns": "Columnas: name, vehicle_class, fleet, tags, driver, device_profile …",

  "plan.device": "Equipo",
  "plan.deviceOf": "El del vehículo: {name}",
};
