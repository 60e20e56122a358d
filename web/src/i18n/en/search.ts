/** The search and the list of keys. */
export default {
  "search.title": "Search",
  "search.hint": "A vehicle, a trip, a place or a page",
  "search.nothing": "Nothing is called that.",
  "search.trips": "Trips",
  "search.pages": "Pages",

  "keys.title": "Keyboard",
  "keys.search": "Search",
  "keys.help": "This list",
  "keys.go": "Go to {page}",
  "keys.pause": "Pause the world, or let it run on",
  "keys.close": "Close what is open",
  "keys.move": "Move in a list",
};
