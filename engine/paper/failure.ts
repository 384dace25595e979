/** A condition that whoever starts the exchange can mend; the text says how. */
export class PaperFailure extends Error {
  override readonly name = "PaperFailure";
}
