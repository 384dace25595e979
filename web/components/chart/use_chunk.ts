import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** A part of the app that is loaded when it is needed. */
export interface Chunk<T> {
  /** Null until it is there. */
  readonly module: ReadonlySignal<T | null>;
  /** It did not come. A browser asks once: only a reload helps. */
  readonly hasFailed: ReadonlySignal<boolean>;
}

/** Loads a part of the app for as long as its component is on the page. */
export function useChunk<T>(load: () => Promise<T>): Chunk<T> {
  const module = useSignal<T | null>(null);
  const hasFailed = useSignal(false);
  useEffect(() => {
    let isGone = false;
    load().then((loaded) => {
      if (!isGone) module.value = loaded;
    }, () => (hasFailed.value = true));
    return () => {
      isGone = true;
    };
  }, []);
  return { module, hasFailed };
}
