import { SepconvError } from '@sepconv/tensor';

/** A network that contradicts itself: a name that nothing defines, a node that is wired wrongly, a missing weight. */
export class GraphError extends SepconvError {
  override readonly name: string = 'GraphError';
}

/** An op whose inputs or attributes do not fit together. The message names node, op, dimension and both numbers. */
export class ShapeError extends GraphError {
  override readonly name: string = 'ShapeError';
}
