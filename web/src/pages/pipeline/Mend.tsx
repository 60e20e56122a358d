import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { mendRejected } from "../../api/pipeline";
import type { Mended, RejectedRecord } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ProblemNote } from "../../ui/ProblemNote";
import { pretty } from "./RecordLine";

interface Props {
  record: RejectedRecord;
  onClose: () => void;
  onDone: (done: Mended) => void;
}

/** The record as it was sent, to be made as it ought to have been; the same contract judges it. */
export function Mend({ record, onClose, onDone }: Props) {
  const { t } = useI18n();
  const [text, setText] = useState(() => pretty(record.payload ?? ""));
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onDone(
        await mendRejected({
          topic: record.kafka_topic,
          partition: record.kafka_partition,
          offset: record.kafka_offset,
          payload: text,
          note,
        }),
      );
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog label={t("rej.mendTitle")} testId="mend-form" className="pl-mend" onClose={onClose}>
      <form className="dialog-body" onSubmit={(event) => void save(event)}>
        <h2>{t("rej.mendTitle")}</h2>
        <p className="pl-why" lang="en">
          {record.reason}
        </p>
        <label className="field">
          <span>{t("rej.record")}</span>
          <textarea className="pl-text" rows={14} spellCheck={false} value={text} data-testid="mend-payload" onChange={(event) => setText(event.target.value)} />
        </label>
        <label className="field">
          <span>{t("rej.note")}</span>
          <input type="text" maxLength={500} value={note} data-testid="mend-note" onChange={(event) => setNote(event.target.value)} />
        </label>
        {error && <ProblemNote error={error} />}
        <p className="quiet">{t("rej.text")}</p>
        <div className="form-actions">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" submit disabled={busy} testId="mend-save">
            {t("rej.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
