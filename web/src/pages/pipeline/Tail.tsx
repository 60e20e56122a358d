import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Topic } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { recordKey, useTail } from "../../store/tail";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { RecordLine } from "./RecordLine";

interface Props {
  topic: string;
  topics: readonly Topic[];
  partitions: Topic["partitions"];
}

const SETTLE_MS = 400;

/** What people read of a topic: live at its end, or on from an offset. */
export function Tail({ topic, topics, partitions }: Props) {
  const { t, format } = useI18n();
  const { query } = useAddress();
  const partition = query.get("partition");
  const from = query.get("from");
  const q = query.get("q");
  const [paused, setPaused] = useState(false);
  const [steps, setSteps] = useState(0);
  const tail = useTail({ topic, partition, from, q }, paused, steps);
  const list = useRef<HTMLUListElement>(null);
  usePauseKey(useCallback(() => setPaused((value) => !value), []));
  useArrows(list);
  const shown = from === null ? tail.records.toReversed() : tail.records;
  return (
    <section className="card" aria-labelledby="tail-title" data-testid="tail" data-paused={paused}>
      <div className="card-head">
        <h2 id="tail-title">
          {t("tail.title")} <span className="quiet">{topic}</span>
        </h2>
        <Button
          icon={paused ? "play" : "pause"}
          aria-keyshortcuts="p"
          aria-pressed={paused}
          testId="tail-pause"
          onClick={() => setPaused(!paused)}
        >
          {t(paused ? "tail.resume" : "tail.pause")}
        </Button>
      </div>
      <div className="filters pl-filters">
        <select
          aria-label={t("pl.topic")}
          value={topic}
          data-testid="tail-topic"
          onChange={(event) => setQuery({ topic: event.target.value, partition: null, from: null })}
        >
          {(topics.length > 0 ? topics.map((one) => one.name) : [topic]).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <select
          aria-label={t("pl.partition")}
          value={partition ?? ""}
          data-testid="tail-partition"
          onChange={(event) => setQuery({ partition: event.target.value, from: null })}
        >
          <option value="">{t("pl.allPartitions")}</option>
          {partitions.map((one) => (
            <option key={one.partition} value={one.partition}>
              {`${t("pl.partition")} ${one.partition}: ${format.count(one.first)} – ${format.count(one.next)}`}
            </option>
          ))}
        </select>
        {(partition !== null || partitions.length === 1) && (
          <SettledBox
            label={`${t("tail.from")}: ${t("pl.offset")}`}
            placeholder={`${t("tail.from")}: ${t("tail.end")}`}
            value={from ?? ""}
            digits
            testId="tail-offset"
            onSettle={(value) => setQuery({ from: value })}
          />
        )}
        <span className="search-field pl-search">
          <Icon name="search" />
          <SettledBox label={t("tail.search")} placeholder={t("tail.search")} value={q ?? ""} testId="tail-filter" onSettle={(value) => setQuery({ q: value })} />
        </span>
      </div>
      {tail.error && <ProblemNote error={tail.error} />}
      <p className="quiet pl-hint">
        {from === null ? t("tail.newest") : t("tail.oldest", { offset: from })}
        {tail.skipped && ` ${t("tail.skipped")}`}
      </p>
      <ul ref={list} className="pl-records" aria-label={t("tail.label", { topic })} data-testid="tail-records">
        {shown.map((record) => (
          <RecordLine key={recordKey(record)} record={record} marked={q ?? ""} />
        ))}
      </ul>
      {tail.loaded && !tail.error && shown.length === 0 && (
        <p className="centred quiet" data-testid="tail-empty">
          {q ? t("tail.noMatch", { n: format.count(tail.searched) }) : t("tail.empty")}
        </p>
      )}
      {!tail.loaded && <p className="quiet">{t("pl.loading")}</p>}
      {from !== null && tail.behind > 0 && tail.loaded && (
        <Button testId="tail-more" onClick={() => setSteps(steps + 1)}>
          {t("tail.more", { n: format.count(tail.behind) })}
        </Button>
      )}
    </section>
  );
}

interface BoxProps {
  label: string;
  placeholder: string;
  value: string;
  digits?: boolean;
  testId: string;
  onSettle: (value: string) => void;
}

/** A box whose text counts a moment after the last key. */
function SettledBox({ label, placeholder, value, digits, testId, onSettle }: BoxProps) {
  const [text, setText] = useState<string | null>(null);
  const settle = useRef(onSettle);
  useEffect(() => {
    settle.current = onSettle;
  });
  useEffect(() => {
    if (text === null) return undefined;
    const timer = setTimeout(() => {
      settle.current(text);
      setText(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      type="text"
      inputMode={digits ? "numeric" : "search"}
      aria-label={label}
      placeholder={placeholder}
      value={text ?? value}
      maxLength={digits ? 18 : 200}
      data-testid={testId}
      onChange={(event) => setText(digits ? event.target.value.replaceAll(/\D/g, "") : event.target.value)}
    />
  );
}

/** P pauses and goes on, wherever the focus is but in a box. */
function usePauseKey(toggle: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key.toLowerCase() === "p" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) toggle();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [toggle]);
}

/** The arrows go from record to record. */
function useArrows(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = list.current;
    const onKey = (event: KeyboardEvent) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!element || !step) return;
      const lines = [...element.querySelectorAll<HTMLElement>("summary")];
      const next = lines[lines.indexOf(event.target as HTMLElement) + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    element?.addEventListener("keydown", onKey);
    return () => element?.removeEventListener("keydown", onKey);
  }, [list]);
}
