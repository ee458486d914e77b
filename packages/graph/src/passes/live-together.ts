/** @file Which of many lifetimes overlap one, without looking at all of them. */

/** A lifetime, both ends included. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Appends all of a list: as arguments of `push`, a hundred thousand are more than the stack holds. */
function pushAll<T>(found: T[], list: readonly T[] = []): void {
  for (const value of list) found.push(value);
}

/** Appends to the list at a place. */
function put<T>(lists: (T[] | undefined)[], place: number, value: T): void {
  const list = lists[place];
  if (list === undefined) lists[place] = [value];
  else list.push(value);
}

/**
 * Spans that are added one by one, and asked for those that overlap another. Overlapping ones share the later of their starts, so
 * only starts are places; a span lies at the few nodes of a binary tree over them that cover it, and every span over a place lies
 * on the way from there to the root (a segment tree: Bentley 1977). An answer of k spans costs their number, the starts that the
 * asking span covers, and a logarithm.
 */
export class LiveTogether<T extends Span> {
  /** All that was added, in order. */
  readonly all: T[] = [];
  readonly #starts: readonly number[];
  /** At the nodes of the tree, the root at 1, the children of node i at 2i and 2i + 1, leaves behind the inner nodes. */
  readonly #covering: (T[] | undefined)[] = [];
  /** For each place the spans that start there. */
  readonly #starting: (T[] | undefined)[] = [];

  /** @param spans all that will be added or asked for, as far as their starts go. */
  constructor(spans: readonly Span[]) {
    this.#starts = [...new Set(spans.map(({ start }) => start))].sort((a, b) => a - b);
  }

  /** The number of starts before `step`, or up to it. */
  #placeOf(step: number, isIncluded: boolean): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = this.#starts[middle] as number;
      if (start < step || (isIncluded && start === step)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(span: T): void {
    this.all.push(span);
    const count = this.#starts.length;
    const first = this.#placeOf(span.start, false);
    put(this.#starting, first, span);
    let [low, high] = [first + count, this.#placeOf(span.end, true) + count];
    for (; low < high; low >>>= 1, high >>>= 1) {
      if (low % 2 === 1) put(this.#covering, low++, span);
      if (high % 2 === 1) put(this.#covering, --high, span);
    }
  }

  /** All added spans that overlap `span`, in no order. */
  with({ start, end }: Span): T[] {
    const found: T[] = [];
    const first = this.#placeOf(start, false);
    const behind = this.#placeOf(end, true);
    if (behind <= first) return found;
    for (let node = first + this.#starts.length; node > 0; node >>>= 1) {
      pushAll(found, this.#covering[node]);
    }
    for (let place = first + 1; place < behind; place++) pushAll(found, this.#starting[place]);
    return found;
  }
}
