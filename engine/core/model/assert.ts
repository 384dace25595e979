/**
 * Thrown by {@linkcode assert}: a belief of the program proved wrong. The bot
 * that meets one is faulted; the others go on.
 */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/**
 * Stops the caller when something that must hold does not. It is for the
 * program's own beliefs, never for validating outside data.
 *
 * @throws {AssertionError} If the condition is false.
 */
export function assert(
  condition: boolean,
  message: string,
): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/**
 * Ends an exhaustive `switch`: the compiler refuses it while a case is missing.
 *
 * @throws {AssertionError} Always, should a value slip past the types.
 */
export function assertNever(value: never): never {
  throw new AssertionError(`Unexpected value: ${JSON.stringify(value)}`);
}
