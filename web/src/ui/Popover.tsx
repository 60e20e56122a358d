import { type ReactNode, useEffect, useId, useRef, useState } from "react";

interface Props {
  /** Name of the button for those who don't see it. */
  label: string;
  title: string;
  button: ReactNode;
  testId?: string;
  className?: string;
  children: (close: () => void) => ReactNode;
}

/** A button that opens a small card below it; Escape or a click elsewhere closes it, and the button has the focus again. */
export function Popover({ label, title, button, testId, className, children }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);
  return (
    <div ref={root} className="popover">
      <button
        ref={opener}
        type="button"
        className={className}
        aria-label={label}
        title={title}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div id={id} className="popover-card" role="dialog" aria-label={title}>
          <PopoverBody close={close}>{children}</PopoverBody>
        </div>
      )}
    </div>
  );
}

function PopoverBody({ close, children }: { close: () => void; children: Props["children"] }) {
  return children(close);
}
