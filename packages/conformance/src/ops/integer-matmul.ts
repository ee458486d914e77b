/** @file The cases that both integer matrix products share. */
import type { Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import {
  createIntegerFiller,
  extremeIntegers,
  type IntegerFiller,
  type Integers,
  uniformIntegers,
} from '../integers.ts';
import { channelClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase } from '../types.ts';

/** The sizes of a product `[…batch, rows, inner] · [inner, columns]`, or `· […batch, inner, columns]`. */
interface Sizes {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** `weight`: one matrix, known before the network runs; `one` and `each`: one matrix or as many as in a, computed. */
  readonly right: 'weight' | 'one' | 'each';
}

/** A drawn product. */
export interface DrawnMatmul {
  readonly a: Tensor;
  readonly b: { readonly tensor: Tensor; readonly role?: 'weight' };
  readonly sizes: Sizes;
  readonly optional: boolean;
  readonly integers: Integers;
  readonly filler: IntegerFiller;
}

const few = fc.integer({ min: 1, max: 6 });
const rest = (integers: fc.Arbitrary<Integers>) => fc.record({ optional: fc.boolean(), integers });
const right = fc.constantFrom('weight', 'weight', 'one', 'each');

/** Cases by class, each made by `build`. */
export function integerMatmulClasses(
  build: (drawn: DrawnMatmul) => ConformanceCase,
): Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> {
  const make = (
    sizes: Sizes,
    { optional, integers }: { optional: boolean; integers: Integers },
  ): ConformanceCase => {
    const filler = createIntegerFiller(integers);
    const { batch, rows, inner, columns } = sizes;
    const a = filler.data([...batch, rows, inner]);
    const tensor = filler.weight([...(sizes.right === 'each' ? batch : []), inner, columns]);
    const b = sizes.right === 'weight' ? { tensor, role: 'weight' as const } : { tensor };
    return build({ a, b, sizes, optional, integers, filler });
  };
  const extra = fc.tuple(few, few, right, rest(uniformIntegers));
  const batches = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
  const sized = (integers: fc.Arbitrary<Integers>) =>
    fc
      .tuple(batches, fc.tuple(few, fc.integer({ min: 1, max: 40 }), few), right, rest(integers))
      .map(([batch, [rows, inner, columns], side, more]) =>
        make({ batch, rows, inner, columns, right: side }, more),
      );
  return {
    ...mapClasses(channelClasses('k'), extra, (inner, [rows, columns, side, more]) =>
      make({ batch: [], rows, inner, columns, right: side }, more),
    ),
    ...mapClasses(channelClasses('n'), extra, (columns, [rows, inner, side, more]) =>
      make({ batch: [], rows, inner, columns, right: side }, more),
    ),
    batch: sized(uniformIntegers),
    special_values: sized(extremeIntegers),
  };
}
