// Reads an OpenAPI document from standard input and writes the types of its schemas to standard output.
import { text } from "node:stream/consumers";
import openapiTS, { astToString } from "openapi-typescript";

// Generated titles only repeat the names. A field that is called "title" is no text but a schema, and stays.
const withoutTitles = (key, value) => (key === "title" && typeof value === "string" ? undefined : value);
const { openapi, info, components } = JSON.parse(await text(process.stdin), withoutTitles);

// Paths are left out: the app names its calls itself (src/api/endpoints.ts).
const nodes = await openapiTS(
  { openapi, info: { title: "Rumbo", ...info }, paths: {}, components },
  {
    // A field with a default may be left out of a request; what answers always carry, the document requires.
    defaultNonNullable: false,
    // The values of enumerations as lists too, in the document's order.
    enumValues: true,
  },
);
const header = "// Generated from contracts/openapi.json by `make bless`. Do not edit.";
process.stdout.write(`${header}\n\n${astToString(nodes)}`);
