import type english from "../en/events";

export default {
  "flag.late": "tarde",
  "flag.out_of_order": "desordenado",
  "flag.gap": "hueco antes",
  "flag.jump": "salto",
  "flag.frozen": "posición congelada",
  "flag.clock_off": "reloj erróneo",
  "flag.doubled": "enviado dos veces",

  "event.harsh_acceleration": "Acelerón",
  "event.harsh_braking": "Frenazo",
  "event.harsh_cornering": "Curva brusca",
  "event.overspeed": "Exceso de velocidad",
  "event.idling": "Ralentí",
  "event.geofence_entry": "Entrada en una zona",
  "event.geofence_exit": "Salida de una zona",
  "event.silent": "Sin informes",
  "event.behind_plan": "Por detrás del plan",
  "event.arrival": "Llegada",
  "event.flagged": "Informe",
} satisfies Record<keyof typeof english, string>;
