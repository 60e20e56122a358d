import type english from "../en/flow";

export default {
  "pipe.title": "Eventos que llegan al lago",
  "pipe.positions": "Posiciones",
  "pipe.tripStates": "Estados de viaje",
  "pipe.rejected": "Rechazados",
  "pipe.rowsPerSecond": "Filas por segundo",
  "pipe.lag": "Pendientes",
  "pipe.lagOf": "en espera",
  "pipe.landed": "en el lago",
  "pipe.batch": "Último lote",
  "pipe.batchAgo": "hace {ago}, tardó {took}",
  "pipe.none": "ninguno aún",
  "pipe.behind": "Retraso del conductor",
  "pipe.topics": "Topics",
  "pipe.expand": "Mostrar el flujo de datos",
  "pipe.collapse": "Ocultar el flujo de datos",
  "pipe.chart": "Filas por segundo durante el último minuto",
} satisfies Record<keyof typeof english, string>;
