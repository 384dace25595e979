/** A start that cannot go on, for a reason the user can do something about. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
}
