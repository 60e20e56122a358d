import type english from "../en/fleetPage";

export default {
  "fleetPage.title": "Flota",
  "fleetPage.many": "Crear muchos",
  "fleetPage.anyClass": "Tipo: todos",
  "fleetPage.choose": "Elegir",
  "fleetPage.chooseOne": "Elegir {name}",
  "fleetPage.chosen": "{n} de {of} elegidos",
  "fleetPage.count": "{n} vehículos",
  "fleetPage.state": "Estado",
  "fleetPage.more": "Mostrar más (quedan {n})",
  "fleetPage.working": "Trabajando",
  "fleetPage.setFleet": "Poner flota",
  "fleetPage.addTags": "Añadir etiquetas",
  "fleetPage.deleteSure": "¿Eliminar {n} para siempre?",
  "fleetPage.pattern": "Nombre, con {hole} para el número",
  "fleetPage.patternExample": "p. ej. Furgón {n}",
  "fleetPage.howMany": "Cuántos",
  "fleetPage.firstNumber": "Primer número",
  "fleetPage.create": "Crear {n}",
} satisfies Record<keyof typeof english, string>;
