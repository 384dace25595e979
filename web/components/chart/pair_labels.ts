/** Where the labels of closed pairs stand. Pure. @module */

/** Above and below the middle of a label, pixels. */
const HALF_HEIGHT = 7;
/** Left and right of its words. */
const PAD = 3;
/** From the fill to the words, on either side of it. */
const GAP_RIGHT = 6;
const GAP_LEFT = 12;
/** At the right edge the lines' titles stand: labels go left of their fill. */
const TITLES_ROOM = 72;

/** A label that wants a place at the end of its pair. */
export interface LabelWish {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  /** Of the words, pixels. */
  readonly width: number;
}

/** A label with its place; `left`, `top` and so on are its ground's. */
export interface PlacedLabel<T extends LabelWish> {
  readonly wish: T;
  /** Where the words begin. */
  readonly textX: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function placed<T extends LabelWish>(
  wish: T,
  paneWidth: number,
): PlacedLabel<T> {
  const { x, y, width } = wish;
  const isTight = x + width + TITLES_ROOM > paneWidth;
  const textX = isTight ? x - width - GAP_LEFT : x + GAP_RIGHT;
  return {
    wish,
    textX,
    left: textX - PAD,
    right: textX + width + PAD,
    top: y - HALF_HEIGHT,
    bottom: y + HALF_HEIGHT,
  };
}

type Box = Pick<PlacedLabel<LabelWish>, "left" | "right" | "top" | "bottom">;

function areApart(a: Box, b: Box): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top ||
    b.bottom <= a.top;
}

/**
 * Places labels, the rightmost first: the newest is what one looks for. One that
 * would lie on another is left out, as is one that would be cut at the left.
 */
export function placeLabels<T extends LabelWish>(
  wishes: readonly T[],
  paneWidth: number,
): readonly PlacedLabel<T>[] {
  const taken: PlacedLabel<T>[] = [];
  for (const wish of wishes.toSorted((a, b) => b.x - a.x)) {
    const label = placed(wish, paneWidth);
    if (label.left < 0) continue;
    if (taken.every((one) => areApart(one, label))) taken.push(label);
  }
  return taken;
}
