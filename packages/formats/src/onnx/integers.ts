/** @file Where integers go in a file: what reads a quantized value, and which ops take integers at all. */
import { refuse } from '../errors.js';
import type { NodeContext } from './context.js';
import type { OnnxNode, ValueInfo } from './model.js';

/** Ops that see their first input under another shape or order. */
const movingOps = new Set('Flatten Identity Reshape Squeeze Transpose Unsqueeze'.split(' '));

/** Ops that take integers of the network: those that compute with them, and those that only move them. */
const integerOps = new Set([
  ...movingOps,
  ...'Cast CastLike Clip Concat ConvInteger DequantizeLinear Gather MatMulInteger MaxPool Pad QLinearConv QLinearMatMul QuantizeLinear Slice Split'.split(
    ' ',
  ),
]);

/**
 * Values of which only real numbers are asked for: all that reads them is DequantizeLinear, perhaps behind a moving op. Those that are
 * `rounded` are integers whoever reads them.
 */
export function dequantizedValues(
  nodes: readonly OnnxNode[],
  outputs: readonly ValueInfo[],
  rounded: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const readAsIntegers = new Set([...rounded, ...outputs.map(({ name }) => name)]);
  for (const { op, inputs, outputs: results } of nodes.toReversed()) {
    const isAsked = !movingOps.has(op) || results.some((result) => readAsIntegers.has(result));
    inputs.forEach((input, index) => {
      if (index > 0 || (op !== 'DequantizeLinear' && isAsked)) readAsIntegers.add(input);
    });
  }
  return new Set(
    nodes.flatMap(({ outputs: results }) => results.filter((name) => !readAsIntegers.has(name))),
  );
}

/** Refuses a node that computes with real numbers and is given integers. */
export function expectIntegersTaken(context: NodeContext): void {
  if (integerOps.has(context.node.op)) return;
  for (let input = 0; input < context.inputCount; input++) {
    const found = context.has(input) ? context.input(input) : undefined;
    if (found?.kind !== 'value') continue;
    const type = context.integerTypeOf(found);
    if (type !== undefined)
      refuse(
        `computes with real numbers here, but its input ${input} is ${type}: put a DequantizeLinear or a Cast before it`,
      );
  }
}
