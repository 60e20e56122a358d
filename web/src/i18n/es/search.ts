import type english from "../en/search";

export default {
  "search.title": "Buscar",
  "search.hint": "Un vehículo, un viaje, un lugar o una página",
  "search.nothing": "Nada se llama así.",
  "search.trips": "Viajes",
  "search.pages": "Páginas",

  "keys.title": "Teclado",
  "keys.search": "Buscar",
  "keys.help": "Esta lista",
  "keys.go": "Ir a {page}",
  "keys.pause": "Parar el mundo o dejarlo seguir",
  "keys.close": "Cerrar lo que esté abierto",
  "keys.move": "Moverse por una lista",
} satisfies Record<keyof typeof english, string>;
