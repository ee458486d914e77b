/** @file Which of many lifetimes overlap one, without looking at all of them. */

/** A lifetime, both ends included, of something that lies at an offset. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

/** Appends to the list at a place. */
function put<T>(lists: (T[] | undefined)[], place: number, value: T): void {
  const list = lists[place];
  if (list === undefined) lists[place] = [value];
  else list.push(value);
}

/** How many of `count` things in order come before what is looked for, by asking a few. */
export function countBefore(count: number, isBefore: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Spans that are added one by one, and asked for those that overlap another. Overlapping ones share the later of their starts, so
 * only starts are places; a span lies at the few nodes of a binary tree over them that cover it, and every span over a place lies
 * on the way from there to the root (a segment tree: Bentley 1977). An answer of k spans costs the starts that the asking span covers
 * and putting k spans in order, and no more than looking at all spans once.
 */
export class LiveTogether<T extends Span> {
  /** All that was added, in its order. */
  readonly all: T[] = [];
  /** The first of them, in order of their offsets. */
  readonly #ordered: T[] = [];
  readonly #starts: readonly number[];
  /** At the nodes of the tree, the root at 1, the children of node i at 2i and 2i + 1, leaves behind the inner nodes. */
  readonly #covering: (T[] | undefined)[] = [];
  /** For each place the spans that start there. */
  readonly #starting: (T[] | undefined)[] = [];

  /** @param spans all that will be added or asked for, as far as their starts go. */
  constructor(spans: readonly Pick<Span, 'start'>[]) {
    this.#starts = [...new Set(spans.map(({ start }) => start))].sort((a, b) => a - b);
  }

  /** The number of starts before `step`. */
  #placeOf(step: number): number {
    return countBefore(this.#starts.length, (index) => (this.#starts[index] as number) < step);
  }

  add(span: T): void {
    this.all.push(span);
    const count = this.#starts.length;
    const first = this.#placeOf(span.start);
    put(this.#starting, first, span);
    let [low, high] = [first + count, this.#placeOf(span.end + 1) + count];
    for (; low < high; low >>>= 1, high >>>= 1) {
      if (low % 2 === 1) put(this.#covering, low++, span);
      if (high % 2 === 1) put(this.#covering, --high, span);
    }
  }

  /** All that was added, in order of the offsets; what is not asked for is not put in order. */
  #inOrder(): readonly T[] {
    const ordered = this.#ordered;
    while (ordered.length < this.all.length) {
      const span = this.all[ordered.length] as T;
      const place = countBefore(ordered.length, (index) => (ordered[index] as T).offset <= span.offset);
      ordered.splice(place, 0, span);
    }
    return ordered;
  }

  /** All added spans that overlap `span`, in order of their offsets. */
  with({ start, end }: Pick<Span, 'start' | 'end'>): readonly T[] {
    const [first, behind] = [this.#placeOf(start), this.#placeOf(end + 1)];
    if (behind <= first) return [];
    const lists = this.#starting.slice(first + 1, behind);
    for (let node = first + this.#starts.length; node > 0; node >>>= 1) lists.push(this.#covering[node]);
    const count = lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
    if (count * Math.log2(count) > this.all.length)
      return this.#inOrder().filter((other) => other.start <= end && other.end >= start);
    return lists.flatMap((list) => list ?? []).sort((a, b) => a.offset - b.offset);
  }
}
