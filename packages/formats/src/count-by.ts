/** How often a kind occurs, and what was the first of it. */
export interface Count<Item> {
  readonly count: number;
  readonly first: Item;
}

/** Counts items by their kind, in the order of the kinds' first items; what has the kind `undefined` is left out. */
export function countBy<Item>(
  items: Iterable<Item>,
  kindOf: (item: Item) => string | undefined,
): Map<string, Count<Item>> {
  const counts = new Map<string, Count<Item>>();
  for (const item of items) {
    const kind = kindOf(item);
    if (kind === undefined) continue;
    const { count = 0, first = item } = counts.get(kind) ?? {};
    counts.set(kind, { count: count + 1, first });
  }
  return counts;
}
