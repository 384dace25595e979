/** A broken promise: which of I1–I9 (design.md §6), or liveness. */
export class Violation extends Error {
  override readonly name = "Violation";
  constructor(readonly invariant: string, message: string) {
    super(`${invariant}: ${message}`);
  }
}
