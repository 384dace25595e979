/// <reference lib="deno.ns" />

/**
 * Returns what a promise brings, or throws when it takes longer than this: a
 * test that fails and says why is better than one that never ends.
 *
 * @param options.what Names the thing in the error: "the browser".
 */
export async function within<T>(
  promise: Promise<T>,
  options: { readonly what: string; readonly ms: number },
): Promise<T> {
  const { what, ms } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Cannot wait for ${what} any longer: ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
