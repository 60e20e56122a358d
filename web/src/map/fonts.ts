import type { StyleSpecification } from "maplibre-gl";
import latin400 from "@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2?url";
import latin400i from "@fontsource/noto-sans/files/noto-sans-latin-400-italic.woff2?url";
import latin500 from "@fontsource/noto-sans/files/noto-sans-latin-500-normal.woff2?url";
import latinExt400 from "@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff2?url";
import latinExt400i from "@fontsource/noto-sans/files/noto-sans-latin-ext-400-italic.woff2?url";
import latinExt500 from "@fontsource/noto-sans/files/noto-sans-latin-ext-500-normal.woff2?url";
import greek400 from "@fontsource/noto-sans/files/noto-sans-greek-400-normal.woff2?url";
import greek500 from "@fontsource/noto-sans/files/noto-sans-greek-500-normal.woff2?url";
import cyrillic400 from "@fontsource/noto-sans/files/noto-sans-cyrillic-400-normal.woff2?url";
import cyrillic500 from "@fontsource/noto-sans/files/noto-sans-cyrillic-500-normal.woff2?url";

const LATIN = ["U+0000-00FF", "U+0131", "U+0152-0153", "U+02BB-02DC", "U+2000-206F", "U+20AC", "U+2122"];
const LATIN_EXT = ["U+0100-02BA", "U+02BD-02FF", "U+1E00-1EFF", "U+20A0-20C0", "U+2C60-2C7F", "U+A720-A7FF"];
const GREEK = ["U+0370-03FF"];
const CYRILLIC = ["U+0400-045F", "U+0490-0491", "U+04B0-04B1", "U+2116"];

const face = (url: string, range: string[]) => ({ url: new URL(url, location.href).href, "unicode-range": range });

/** Local font files for the map's labels; scripts not named here are drawn with the system's fonts. */
export const fontFaces = (): NonNullable<StyleSpecification["font-faces"]> => ({
  "Noto Sans Regular": [
    face(latin400, LATIN),
    face(latinExt400, LATIN_EXT),
    face(greek400, GREEK),
    face(cyrillic400, CYRILLIC),
  ],
  "Noto Sans Medium": [
    face(latin500, LATIN),
    face(latinExt500, LATIN_EXT),
    face(greek500, GREEK),
    face(cyrillic500, CYRILLIC),
  ],
  "Noto Sans Italic": [face(latin400i, LATIN), face(latinExt400i, LATIN_EXT)],
});
