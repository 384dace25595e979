/**
 * Taking a line of a chart with the pointer and moving it. The chart must not
 * scroll or rescale meanwhile; whoever cannot use a pointer types the price.
 *
 * @module
 */

/** How near the pointer must be to a line to take it, pixels. */
const REACH = 9;
/** A finger is thicker, and covers what it points at. */
const REACH_TOUCH = 16;

/** What dragging needs of a chart. */
export interface DragSurface {
  readonly element: HTMLElement;
  /** The movable lines, top to bottom in no order: id and y in pixels. */
  lines(): readonly { readonly id: string; readonly y: number }[];
  priceAt(y: number): number | null;
  /** Stops or lets go on scrolling and scaling. */
  hold(isHeld: boolean): void;
}

/** Lets lines be moved; the function returned ends it. */
export function dragLines(
  surface: DragSurface,
  onMove: (id: string, price: number) => void,
): () => void {
  const { element } = surface;
  const end = new AbortController();
  const { signal } = end;
  let held: string | null = null;

  const yOf = (event: PointerEvent) =>
    event.clientY - element.getBoundingClientRect().top;
  const nearest = (event: PointerEvent) => {
    const y = yOf(event);
    const reach = event.pointerType === "touch" ? REACH_TOUCH : REACH;
    return surface.lines()
      .map((line) => ({ ...line, gap: Math.abs(line.y - y) }))
      .filter(({ gap }) => gap <= reach)
      .toSorted((a, b) => a.gap - b.gap)[0]?.id ?? null;
  };

  element.addEventListener("pointerdown", (event) => {
    // A second finger takes nothing away from the first.
    if (held !== null || !event.isPrimary) return;
    held = nearest(event);
    if (held === null) return;
    surface.hold(true);
    element.setPointerCapture(event.pointerId);
  }, { signal, capture: true });
  element.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    const y = yOf(event);
    element.classList.toggle(
      "is-movable",
      held !== null || nearest(event) !== null,
    );
    if (held === null) return;
    const price = surface.priceAt(y);
    if (price !== null && price > 0) onMove(held, price);
  }, { signal, capture: true });
  const release = (event: PointerEvent) => {
    if (held === null || !event.isPrimary) return;
    held = null;
    surface.hold(false);
  };
  element.addEventListener("pointerup", release, { signal });
  element.addEventListener("pointercancel", release, { signal });
  // A finger on a line moves the line, not the page.
  element.addEventListener("touchmove", (event) => {
    if (held !== null) event.preventDefault();
  }, { signal, passive: false });
  return () => end.abort();
}
