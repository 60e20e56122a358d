import type english from "../en/jobs";

export default {
  "job.refine": "Refinando {days}",
  "job.audit": "Auditoría",
  "job.cancel": "Cancelar",
  "job.queued": "en espera",
  "job.running": "en marcha",
  "job.done": "hecho",
  "job.failed": "fallido",
  "job.cancelled": "cancelado",
  "job.label": "Trabajo en marcha",
  "job.last": "Último: {job}, {state}",
  "job.output": "Lo que dijo",
} satisfies Record<keyof typeof english, string>;
