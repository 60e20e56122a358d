import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { go } from "../store/address";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string; testId?: string };

/** A link to another page of the app; with a modifier or the middle button it opens as links do. */
export function Link({ to, testId, onClick, children, ...rest }: Props) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} data-testid={testId} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
