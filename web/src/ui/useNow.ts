import { useEffect, useState } from "react";

/** `read()` again every `everyMs`, for what changes with time alone. */
export function useNow<T>(read: () => T, everyMs: number): T {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setValue(read()), everyMs);
    return () => clearInterval(timer);
  }, [read, everyMs]);
  return value;
}
