import type { Figure, Figures } from "../contracts/api";
import { request } from "./client";

/** What is asked of a figure, by the API's names. */
export type FigureQuery = Readonly<Record<string, string>>;

const tail = (query: FigureQuery): string => new URLSearchParams(query).toString();

export const listFigures = () => request<Figures>("GET", "/dashboards");

export const getFigure = (name: string, query: FigureQuery, signal: AbortSignal) =>
  request<Figure>("GET", `/dashboards/${name}?${tail(query)}`, { signal });

/** Where a browser fetches a figure as a file. */
export const figureFile = (name: string, query: FigureQuery, separator: "comma" | "semicolon"): string =>
  `/api/v1/dashboards/${name}?${tail({ ...query, format: "csv", separator })}`;
