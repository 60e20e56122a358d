import { useCallback, useState } from "react";

/** The width of an element in whole pixels, now and whenever it changes. */
export function useWidth<E extends Element>(first = 480): [(element: E) => () => void, number] {
  const [width, setWidth] = useState(first);
  const watch = useCallback((element: E) => {
    const observer = new ResizeObserver(([entry]) => {
      const found = Math.round(entry?.contentRect.width ?? 0);
      if (found > 0) setWidth(found);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [watch, width];
}
