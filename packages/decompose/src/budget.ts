/**
 * @file Ranks for all layers from one budget, greedily by marginal gain. Every layer has a few choices, each with a load (what the
 * budget limits) and a loss (what is to be small). Of the choices only those on the lower convex hull are steps of the greedy
 * walk: with them, the best gain for each unit of load is also the best overall but for the last step, where the rest of the
 * budget is too small for it; what is left is then spent on choices between.
 *
 * Source of the greedy choice: Zhang et al. 2015, arXiv:1505.06798, §3.4.
 */

/** What a layer may become. */
export interface Choice {
  /** T, or `null` for the standard convolution that stays. */
  readonly rank: number | null;
  /** What the budget limits. */
  readonly load: number;
  /** What is to be small. */
  readonly loss: number;
}

/** Choices by ascending load, without those that another one beats in both. */
function useful(choices: readonly Choice[]): Choice[] {
  const sorted = [...choices].sort((a, b) => a.load - b.load || a.loss - b.loss);
  let best = Infinity;
  return sorted.filter(({ loss }) => {
    const isBetter = loss < best;
    best = Math.min(best, loss);
    return isBetter;
  });
}

/** Loss that a step saves for each unit of load. */
const slope = (from: Choice, to: Choice): number => (from.loss - to.loss) / (to.load - from.load);

/** The lower convex hull: along it, each step gains less for its load than the one before. */
function hullOf(choices: readonly Choice[]): Choice[] {
  const hull: Choice[] = [];
  for (const choice of useful(choices)) {
    while (hull.length > 1) {
      const [before, last] = hull.slice(-2) as [Choice, Choice];
      if (slope(before, last) > slope(last, choice)) break;
      hull.pop();
    }
    hull.push(choice);
  }
  return hull;
}

/** The smallest total load that the choices allow. */
export function leastLoad(layers: readonly (readonly Choice[])[]): number {
  return layers.reduce((sum, choices) => sum + Math.min(...choices.map(({ load }) => load)), 0);
}

/**
 * One choice for each layer with a total load of at most `limit`, and little total loss. The same input gives the same choices:
 * of equal gains the earlier layer's comes first.
 *
 * @returns `undefined` when even the smallest loads are more than `limit`.
 */
export function chooseWithin(layers: readonly (readonly Choice[])[], limit: number): Choice[] | undefined {
  // Sums of rounded numbers may miss a limit by their rounding.
  const allowed = limit * (1 + 1e-12);
  let total = leastLoad(layers);
  if (total > allowed) return undefined;
  const hulls = layers.map(hullOf);
  const at = hulls.map(() => 0);
  const open = new Set(hulls.keys());
  for (;;) {
    let best: { layer: number; gain: number } | undefined;
    for (const layer of open) {
      const [from, to] = (hulls[layer] as Choice[]).slice(at[layer] as number) as [Choice, Choice?];
      if (to === undefined || total - from.load + to.load > allowed) {
        open.delete(layer);
        continue;
      }
      const gain = slope(from, to);
      if (best === undefined || gain > best.gain) best = { layer, gain };
    }
    if (best === undefined) break;
    const hull = hulls[best.layer] as Choice[];
    const step = at[best.layer] as number;
    total += (hull[step + 1] as Choice).load - (hull[step] as Choice).load;
    at[best.layer] = step + 1;
  }
  const chosen = hulls.map((hull, layer) => hull[at[layer] as number] as Choice);
  return spendRest(layers, chosen, allowed - total);
}

/** Spends what is left on single choices off the hull, the largest gain first. */
function spendRest(layers: readonly (readonly Choice[])[], chosen: Choice[], rest: number): Choice[] {
  let left = rest;
  for (;;) {
    let best: { layer: number; choice: Choice; gain: number } | undefined;
    layers.forEach((choices, layer) => {
      const current = chosen[layer] as Choice;
      for (const choice of choices) {
        const gain = current.loss - choice.loss;
        if (choice.load - current.load > left || gain <= (best?.gain ?? 0)) continue;
        best = { layer, choice, gain };
      }
    });
    if (best === undefined) return chosen;
    left -= best.choice.load - (chosen[best.layer] as Choice).load;
    chosen[best.layer] = best.choice;
  }
}
