import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Loader } from "../../state/loader.ts";

/** A part of the app that is loaded when it is needed. */
export interface Chunk<T> {
  /** Null until it is there. */
  readonly module: ReadonlySignal<T | null>;
  /** It did not come; it is tried again by itself. */
  readonly hasFailed: ReadonlySignal<boolean>;
}

/** Loads a part of the app for as long as its component is on the page. */
export function useChunk<T>(load: () => Promise<T>): Chunk<T> {
  const module = useSignal<T | null>(null);
  const hasFailed = useSignal(false);
  useEffect(() => {
    const loader = new Loader<T>({
      // A chunk that does not come is a TypeError, and none of ours.
      load: () =>
        load().catch((cause) =>
          Promise.reject(new Error("Cannot load a part of the app", { cause }))
        ),
      onRows: (loaded) => {
        module.value = loaded;
        hasFailed.value = false;
      },
      onFailure: () => (hasFailed.value = true),
    });
    void loader.reload();
    return () => loader.stop();
  }, []);
  return { module, hasFailed };
}
