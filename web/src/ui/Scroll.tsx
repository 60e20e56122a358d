import type { ReactNode } from "react";

/** What may be wider or longer than its place: it scrolls, by the keyboard too. */
export function Scroll({ label, className = "table-scroll", children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by the keyboard too
    <div className={className} tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}
