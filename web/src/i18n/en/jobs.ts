/** Work of the server that takes its time. */
export default {
  "job.refine": "Refining {days}",
  "job.audit": "Audit",
  "job.cancel": "Cancel",
  "job.queued": "waits",
  "job.running": "runs",
  "job.done": "done",
  "job.failed": "failed",
  "job.cancelled": "cancelled",
  "job.label": "Work under way",
  "job.last": "Last: {job}, {state}",
  "job.output": "What it said",
};
