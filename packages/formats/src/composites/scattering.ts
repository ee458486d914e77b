/** @file Elements that are put at places of a larger value. */
import { createTensor, elementCount, zeros } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import { type Composer, type Step, step } from './composer.js';
import { sum } from './reductions.js';

/** Rows of `updates` at constant places of `rows`, the last where several have one place: one choice among both. */
export function replacedRows(c: Composer, rows: string, places: ArrayLike<number>, updates: string): Step {
  const [count = 0] = c.shape(rows);
  const from = Float32Array.from({ length: count }, (_, row) => row);
  for (let i = 0; i < places.length; i++) from[places[i] as number] = count + i;
  const all = c.add(step('concat', [rows, updates], { axis: 0 }));
  return step('gather', [all, c.constant(createTensor('float32', [count], from))], { axis: 0, batch: 0 });
}

/** Places so that each has its first row in the first list, its second in the second, and so on. */
function rounds(places: readonly number[]): number[][] {
  const seen = new Map<number, number>();
  const found: number[][] = [];
  places.forEach((place, i) => {
    const round = seen.get(place) ?? 0;
    seen.set(place, round + 1);
    found[round] = [...(found[round] ?? []), i];
  });
  return found;
}

/** Rows of `updates` `[n, k]` at constant places among `count` rows of zeros; what has one place is added up. */
export function scatteredRows(
  c: Composer,
  count: number,
  places: readonly number[],
  updates: string,
): string {
  const [, width = 0] = c.shape(updates);
  const all = c.add(step('concat', [updates, c.constant(zeros('float32', [1, width]))], { axis: 0 }));
  const layers = rounds(places).map((rows) => {
    const from = new Float32Array(count).fill(places.length);
    for (const row of rows) from[places[row] as number] = row;
    const which = c.constant(createTensor('float32', [count], from));
    return c.add(step('gather', [all, which], { axis: 0, batch: 0 }));
  });
  return layers.reduce((total, layer) => c.plain('add', total, layer));
}

/** As {@link scatteredRows} at places `[n]` that the network computes: of each place, the rows that are for it. */
export function scatteredAtComputed(c: Composer, count: number, places: string, updates: string): string {
  const [rows = 0, width = 0] = c.shape(updates);
  if (count * rows * width > 2 ** 22)
    refuse(
      `puts ${rows} rows of ${width} numbers at computed places among ${count}, which is supported up to 4 million products`,
    );
  const own = Float32Array.from({ length: count }, (_, place) => place);
  const hit = c.plain(
    'equal',
    c.reshaped(places, [1, rows]),
    c.constant(createTensor('float32', [count, 1], own)),
  );
  const taken = c.plain('mask', c.reshaped(updates, [1, rows, width]), c.reshaped(hit, [count, rows, 1]));
  return c.add(sum(c, taken, [1], false));
}

/** Places in one dimension of indices of several, the last dimension of which names one of each of `sizes`. */
export function flatPlaces(indices: ArrayLike<number>, sizes: readonly number[]): number[] {
  const depth = sizes.length;
  return Array.from({ length: depth === 0 ? 1 : indices.length / depth }, (_, i) =>
    sizes.reduce((place, size, d) => {
      const said = indices[i * depth + d] as number;
      const at = said < 0 ? said + size : said;
      if (!(at >= 0 && at < size)) refuse(`names the place ${said} of ${size}`);
      return place * size + at;
    }, 0),
  );
}

/** The computed form of {@link flatPlaces}, `[n]` of indices `[n, depth]`. */
export function computedPlaces(c: Composer, indices: string, sizes: readonly number[]): string {
  const strides = sizes.map((_, d) => elementCount(sizes.slice(d + 1)));
  const weight = c.constant(createTensor('float32', [sizes.length, 1], Float32Array.from(strides)));
  const [rows = 0] = c.shape(indices);
  return c.reshaped(c.add(step('dense', [indices, weight], {})), [rows]);
}
