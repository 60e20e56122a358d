/** What a person sets. */
export default {
  "settings.title": "Settings",
  "settings.text": "They are kept in this browser.",
  "settings.language": "Language",
  "settings.theme": "Appearance",
  "settings.units": "Units",
  "settings.zone": "Times",
  "settings.example": "So they look: {distance}, {speed}, {time}",
  "settings.about": "About",
  "settings.api": "REST interface",
  "settings.keys": "Keyboard shortcuts",

  "theme.system": "As the system",
  "theme.light": "Light",
  "theme.dark": "Dark",

  "units.metric": "Kilometres",
  "units.imperial": "Miles",

  "zone.region": "The region’s",
  "zone.browser": "This computer’s",
  "zone.utc": "UTC",
};
