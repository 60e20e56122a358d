import type {
  DayQuality,
  Job,
  JobRequest,
  LakeDay,
  Mended,
  MendRequest,
  Page,
  RejectedPage,
  Topic,
  TopicRecords,
} from "../contracts/api";
import { request } from "./client";

/** A query of what is given; what is null or empty is left out. */
function query(given: Readonly<Record<string, string | number | null>>): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== null && value !== "") asked.set(name, String(value));
  const text = asked.toString();
  return text ? `?${text}` : "";
}

export const listTopics = async (signal: AbortSignal): Promise<Topic[]> =>
  (await request<{ items: Topic[] }>("GET", "/topics", { signal })).items;

export interface TailQuestion {
  topic: string;
  partition: string | null;
  /** An offset, or null for the end. */
  from: string | null;
  q: string | null;
}

/** The newest records, those from an offset on, or with a cursor those that came since. */
export const tailTopic = ({ topic, partition, from, q }: TailQuestion, limit: number, cursor: string | null, signal: AbortSignal) =>
  request<TopicRecords>(
    "GET",
    `/topics/${encodeURIComponent(topic)}/records${query({ partition, from: cursor === null ? from : null, q, limit, cursor })}`,
    { signal },
  );

export const listRejected = (day: string | null, rule: string | null, cursor: string | null, signal: AbortSignal) =>
  request<RejectedPage>("GET", `/rejected${query({ day, rule, cursor, limit: 50 })}`, { signal });

export const mendRejected = (body: MendRequest) => request<Mended>("POST", "/rejected/mend", { body });

export const listDays = async (from: string | null, to: string | null, signal: AbortSignal): Promise<LakeDay[]> =>
  (await request<{ items: LakeDay[] }>("GET", `/lake/days${query({ from, to })}`, { signal })).items;

export const getQuality = (day: string, signal: AbortSignal) =>
  request<DayQuality>("GET", `/lake/days/${encodeURIComponent(day)}/quality`, { signal });

export const listJobs = async (kind: string | null, limit: number, signal: AbortSignal): Promise<Job[]> =>
  (await request<Page<Job>>("GET", `/jobs${query({ kind, limit })}`, { signal })).items;

export const getJob = (id: string, signal: AbortSignal) => request<Job>("GET", `/jobs/${encodeURIComponent(id)}`, { signal });

export const startJob = (body: JobRequest) => request<Job>("POST", "/jobs", { body });

export const cancelJob = (id: string) => request<Job>("DELETE", `/jobs/${encodeURIComponent(id)}`);
