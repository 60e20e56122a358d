import type english from "../en/replay";

export default {
  "replay.title": "Repetición",
  "replay.empty": "Aún no hay nada que repetir",
  "replay.emptyText": "En cuanto un vehículo haya conducido, su día se puede reproducir aquí.",
  "replay.before": "Al evento anterior",
  "replay.next": "Al evento siguiente",
  "replay.one": "Informa 1 vehículo",
  "replay.count": "Informan {n} vehículos",
  "replay.day": "Día (UTC)",
  "replay.rate": "Velocidad de la repetición",
  "replay.events": "Eventos",
  "replay.show": "Qué eventos",
  "replay.show.all": "Todos",
  "replay.show.state": "Viajes",
  "replay.show.alert": "Alertas",
  "replay.noEvents": "Ese día no pasó nada.",
  "replay.trip": "Abrir el viaje",
} satisfies Record<keyof typeof english, string>;
