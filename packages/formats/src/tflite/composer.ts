import { Composer } from '../composites/composer.js';
import { type OperatorContext, valueName } from './context.js';

/** Appends the nodes that an operator becomes; they are named after its output. */
export const composerOf = (context: OperatorContext): Composer =>
  new Composer({
    helper: (op, inputs, attributes) => context.helper(op, inputs, attributes),
    constant: (tensor) => context.parameter(`${valueName(context.output)}/constant`, tensor, 'constant'),
    shape: (value) => context.state.builder.typeOf(value).shape,
  });
