import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/**
 * Returns a signal's value as of at most `everyMs` ago: what is drawn from it
 * need not be drawn with every tick of a market.
 */
export function useSampled<T>(
  source: ReadonlySignal<T>,
  everyMs: number,
): ReadonlySignal<T> {
  const sampled = useSignal(source.peek());
  useEffect(() => {
    const timer = setInterval(() => {
      sampled.value = source.peek();
    }, everyMs);
    return () => clearInterval(timer);
  }, [source]);
  return sampled;
}
