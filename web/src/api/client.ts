import type { Problem } from "../contracts/api";

const PREFIX = "/api/v1";

/** What went wrong, as the server said it (RFC 9457), or `unreachable` where it said nothing. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }

  /** The stable tail of the problem's type: `no-route`, `conflict` … */
  get code(): string {
    return this.problem.type.split(":").at(-1) ?? "";
  }
}

export const unreachable = (): ApiError => new ApiError({ type: "urn:rumbo:problem:unreachable", title: "Unreachable", status: 0 });

interface Options {
  body?: unknown;
  /** Raw body with its media type, instead of JSON. */
  raw?: { data: string; type: string };
  signal?: AbortSignal;
  /** Same key, same request: the server answers once and repeats its answer. */
  idempotencyKey?: string;
}

export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function headersOf(method: string, options: Options): Record<string, string> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.raw) headers["Content-Type"] = options.raw.type;
  else if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = options.idempotencyKey ?? newIdempotencyKey();
  return headers;
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: `urn:rumbo:problem:${response.status >= 502 ? "unreachable" : "http"}`,
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
  };
  if (!response.headers.get("content-type")?.includes("json")) return fallback;
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return { ...fallback, ...body };
}

/** @throws ApiError for every answer that is not 2xx; AbortError when `signal` aborts. */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const body = options.raw?.data ?? (options.body === undefined ? null : JSON.stringify(options.body));
  let response: Response;
  try {
    response = await fetch(PREFIX + path, {
      method,
      body,
      headers: headersOf(method, options),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!response.ok) throw new ApiError(await problemOf(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}
