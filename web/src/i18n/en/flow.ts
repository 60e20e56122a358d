/** How events arrive in the lake. */
export default {
  "pipe.title": "Events arriving in the lake",
  "pipe.positions": "Positions",
  "pipe.tripStates": "Trip states",
  "pipe.rejected": "Rejected",
  "pipe.rowsPerSecond": "Rows a second",
  "pipe.lag": "Waiting to land",
  "pipe.lagOf": "waiting",
  "pipe.landed": "landed",
  "pipe.batch": "Last batch",
  "pipe.batchAgo": "{ago} ago, took {took}",
  "pipe.none": "none yet",
  "pipe.behind": "Driver behind",
  "pipe.topics": "Topics",
  "pipe.expand": "Show the pipeline",
  "pipe.collapse": "Hide the pipeline",
  "pipe.chart": "Rows a second over the last minute",
};
