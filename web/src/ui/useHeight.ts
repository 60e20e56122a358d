import { useCallback } from "react";

/** Tells the style sheet how high an element is, as a property of the page, so that others can stand clear of it. */
export function useHeight<E extends HTMLElement>(property: `--${string}`): (element: E) => () => void {
  return useCallback(
    (element: E) => {
      const observer = new ResizeObserver(() => {
        document.documentElement.style.setProperty(property, `${element.offsetHeight}px`);
      });
      observer.observe(element);
      return () => observer.disconnect();
    },
    [property],
  );
}
