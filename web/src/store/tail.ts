/** A live tail of a topic: the newest records first asked for, then what comes, a second at a time. */
import { useEffect, useState } from "react";
import { ApiError } from "../api/client";
import { tailTopic, type TailQuestion } from "../api/pipeline";
import type { TopicRecord, TopicRecords } from "../contracts/api";

export const KEPT = 300;
const PAGE = 100;
const EVERY_MS = 1000;
/** Where more than this came within a second nobody reads it all: the tail goes on at the end. */
const TOO_FAR = 2000;
/** Problems that asking the same again does not mend. */
const REFUSALS = new Set(["invalid-input", "not-found"]);

export interface Tail {
  /** In the order in which the broker took them. */
  records: readonly TopicRecord[];
  /** Offsets from here to the end: where a person reads on from an offset. */
  behind: number;
  searched: number;
  loaded: boolean;
  /** Records were passed over because too many came. */
  skipped: boolean;
  error: ApiError | null;
}

const NOTHING: Tail = { records: [], behind: 0, searched: 0, loaded: false, skipped: false, error: null };

export const recordKey = (record: TopicRecord): string => `${record.partition}/${record.offset}`;

/** What is shown after an answer: it is appended, and of too many the oldest go. */
export function taken(before: Tail, answer: TopicRecords, { fresh }: { fresh: boolean }): Tail {
  const kept = fresh ? [] : before.records;
  return {
    records: [...kept, ...answer.items].slice(-KEPT),
    behind: answer.behind,
    searched: (fresh ? 0 : before.searched) + answer.searched,
    loaded: true,
    skipped: fresh && before.loaded,
    error: null,
  };
}

/** Follows a topic; `steps` counts how often a person asked to read on from an offset. */
export function useTail(question: TailQuestion, paused: boolean, steps: number): Tail {
  const { topic, partition, from, q } = question;
  const key = JSON.stringify([topic, partition, from, q]);
  const [state, setState] = useState<{ key: string; tail: Tail; cursor: string | null; steps: number }>({ key, tail: NOTHING, cursor: null, steps });
  const mine = state.key === key;
  const tail = mine ? state.tail : NOTHING;
  const cursor = mine ? state.cursor : null;
  const reading = from !== null && tail.behind > 0;
  const asked = mine ? state.steps : steps;
  // Read on from an offset, it waits to be asked; at the end it follows by itself.
  const refused = REFUSALS.has(tail.error?.code ?? "");
  const waits = tail.loaded && (paused || refused || (reading && asked === steps));
  useEffect(() => {
    if (waits) return undefined;
    const aborter = new AbortController();
    const ask = async (): Promise<void> => {
      if (document.hidden && tail.loaded) {
        timer = window.setTimeout(() => void ask(), EVERY_MS);
        return;
      }
      try {
        let answer = await tailTopic({ topic, partition, from, q }, PAGE, cursor, aborter.signal);
        const fresh = cursor === null || (from === null && answer.behind > TOO_FAR);
        if (fresh && cursor !== null) answer = await tailTopic({ topic, partition, from: null, q }, PAGE, null, aborter.signal);
        if (!aborter.signal.aborted) setState({ key, tail: taken(tail, answer, { fresh }), cursor: answer.next_cursor, steps });
      } catch (error) {
        if (aborter.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setState({ key, tail: { ...tail, loaded: true, error }, cursor, steps });
      }
    };
    let timer = window.setTimeout(() => void ask(), tail.loaded && asked === steps ? EVERY_MS : 0);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
    // `tail` and `cursor` change together, with each answer.
  }, [key, topic, partition, from, q, tail, cursor, waits, asked, steps]);
  return tail;
}
