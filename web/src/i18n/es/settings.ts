import type english from "../en/settings";

export default {
  "settings.title": "Ajustes",
  "settings.text": "Se guardan en este navegador.",
  "settings.language": "Idioma",
  "settings.theme": "Apariencia",
  "settings.units": "Unidades",
  "settings.zone": "Horas",
  "settings.example": "Así se ven: {distance}, {speed}, {time}",
  "settings.about": "Acerca de",
  "settings.api": "Interfaz REST",
  "settings.keys": "Atajos de teclado",

  "theme.system": "Como el sistema",
  "theme.light": "Clara",
  "theme.dark": "Oscura",

  "units.metric": "Kilómetros",
  "units.imperial": "Millas",

  "zone.region": "De la región",
  "zone.browser": "De este ordenador",
  "zone.utc": "UTC",
} satisfies Record<keyof typeof english, string>;
