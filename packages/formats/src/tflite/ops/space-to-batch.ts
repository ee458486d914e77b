import { batchToSpace, spaceToBatch } from '../../composites/space-to-batch.js';
import { composerOf } from '../composer.js';
import type { NodeResult, OperatorContext } from '../context.js';

const inBlocks =
  (move: typeof spaceToBatch) =>
  (context: OperatorContext): NodeResult => {
    const [block, amounts] = [
      context.integers(1, 'the block'),
      context.integers(2, 'the amounts at its edges'),
    ];
    const { op, inputs, attributes } = move(composerOf(context), context.value(0), block, amounts);
    const { min, max } = context.range(0);
    return context.node(op, inputs, attributes as never, {
      range: { min: Math.min(min, 0), max: Math.max(max, 0) },
    });
  };

/** SPACE_TO_BATCH_ND, which pads with zeros. */
export const readSpaceToBatchNd = inBlocks(spaceToBatch);

/** BATCH_TO_SPACE_ND. */
export const readBatchToSpaceNd = inBlocks(batchToSpace);
