import { createRandom, float32Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { boundTensor, type FloatTensor } from '../floats.ts';
import { upTo } from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, type Values, valuesOf } from '../values.ts';

interface Drawn {
  readonly boxes: number;
  readonly classes: number;
  readonly count: number;
  readonly perClass: number;
  readonly mostOverlap: number;
  readonly order: 'score' | 'class';
  readonly values: Values;
}

/** Boxes around a few centers, so that many overlap; now and then one has its sides the wrong way around. */
function clusteredBoxes(count: number, seed: number): FloatTensor {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, () => {
    const [y, x] = [random.integer(3), random.integer(3)];
    const side = (): number => 1.2 * random.next() - 0.1;
    return [y - side(), x - side(), y + side(), x + side()];
  });
  return float32Tensor([count, 4], rows.flat());
}

function build(boxesOf: (drawn: Drawn) => FloatTensor, drawn: Drawn): ConformanceCase {
  const { boxes, classes, count, perClass, mostOverlap, order, values } = drawn;
  return singleNodeCase(
    'non-max-suppression',
    { count, perClass, leastScore: -0.25, mostOverlap, order },
    [{ tensor: boxesOf(drawn) }, { tensor: createFiller(values).data([boxes, classes]) }],
    describeValues(values),
  );
}

const drawn = (
  classes: fc.Arbitrary<number>,
  values: fc.Arbitrary<Values>,
  boxesOf: (drawn: Drawn) => FloatTensor = ({ boxes, values: { seed } }) => clusteredBoxes(boxes, seed),
): fc.Arbitrary<ConformanceCase> =>
  fc
    .record({
      boxes: upTo(30),
      classes,
      count: upTo(12),
      perClass: upTo(9),
      mostOverlap: fc.constantFrom(0, 0.1, 0.3, 0.6, 1),
      order: fc.constantFrom('score' as const, 'class' as const),
      values,
    })
    .map((parts) => build(boxesOf, parts));

/** Exact; where numbers err, any box may take the place of any other. */
function choiceErrors({ errors, output }: BoundCall<'non-max-suppression'>): FloatTensor {
  const isExact = errors.every(({ data }) => data.every((error) => error === 0));
  return boundTensor(output.shape, () => (isExact ? 0 : Infinity));
}

/** What conformance means for the best boxes that do not overlap. */
export const nonMaxSuppression: OpConformance<'non-max-suppression'> = {
  classes: {
    one_class: drawn(fc.constant(1), valuesOf('uniform')),
    several_classes: drawn(upTo(5, 2), valuesOf('uniform', 'wide')),
    equal_scores: drawn(upTo(3), valuesOf('integers')),
    special_values: drawn(upTo(3), valuesOf('special')),
    special_boxes: drawn(upTo(2), valuesOf('uniform'), ({ boxes, values: { seed } }) =>
      createFiller({ kind: 'special', seed }).data([boxes, 4]),
    ),
  },
  bound: choiceErrors,
};
