/** A past day of the whole fleet. */
export default {
  "replay.title": "Replay",
  "replay.empty": "Nothing to replay yet",
  "replay.emptyText": "As soon as a vehicle has driven, its day can be played here.",
  "replay.before": "To the event before",
  "replay.next": "To the next event",
  "replay.one": "1 vehicle reports",
  "replay.count": "{n} vehicles report",
  "replay.day": "Day (UTC)",
  "replay.rate": "Speed of the replay",
  "replay.events": "Events",
  "replay.show": "Which events",
  "replay.show.all": "All",
  "replay.show.state": "Trips",
  "replay.show.alert": "Alerts",
  "replay.noEvents": "Nothing happened that day.",
  "replay.trip": "Open the trip",
};
