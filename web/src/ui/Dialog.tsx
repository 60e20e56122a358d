import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  label: string;
  testId?: string;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

/** A card over everything else. The browser keeps the focus inside, and gives it back; Escape or a click beside it closes. */
export function Dialog({ label, testId, className = "", onClose, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const cancelled = (event: Event) => {
      event.preventDefault();
      close.current();
    };
    const beside = (event: Event) => event.target === element && close.current();
    element.addEventListener("cancel", cancelled);
    element.addEventListener("click", beside);
    element.showModal();
    return () => {
      element.removeEventListener("cancel", cancelled);
      element.removeEventListener("click", beside);
      element.close();
    };
  }, []);
  return (
    <dialog ref={box} className={`dialog ${className}`} aria-label={label} data-testid={testId}>
      {children}
    </dialog>
  );
}
