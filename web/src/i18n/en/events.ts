/** What a device or vehicle tells besides where it is. */
export default {
  "flag.late": "late",
  "flag.out_of_order": "out of order",
  "flag.gap": "gap before",
  "flag.jump": "jump",
  "flag.frozen": "frozen fix",
  "flag.clock_off": "clock off",
  "flag.doubled": "sent twice",

  "event.harsh_acceleration": "Harsh acceleration",
  "event.harsh_braking": "Harsh braking",
  "event.harsh_cornering": "Harsh cornering",
  "event.overspeed": "Speeding",
  "event.idling": "Idling",
  "event.geofence_entry": "Into an area",
  "event.geofence_exit": "Out of an area",
  "event.silent": "Silent",
  "event.behind_plan": "Behind its plan",
  "event.arrival": "Arrival",
  "event.flagged": "Report",
};
