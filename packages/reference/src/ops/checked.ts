import { inferNode, type Node, type OpName } from '@sepconv/graph';
import { checkElements, formatShape, sameShape, type Tensor } from '@sepconv/tensor';
import { ReferenceRunError } from '../errors.js';
import type { ReferenceCall, ReferenceOp } from './reference-op.js';

/** On calls whose shapes and attributes have passed the contract already, which then is not asked twice. */
const passed = Symbol('passed');

/** A call of which whoever runs whole networks has inferred everything. */
export const passedCall = <Name extends OpName>(call: ReferenceCall<Name>): ReferenceCall<Name> =>
  Object.assign(call, { [passed]: true });

/** Integers have passed the op's contract; of other types the reference knows float32 only. */
export function expectComputable(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  inputs.forEach(({ dtype }, index) => {
    if (dtype === 'float16' || dtype === 'float64') {
      throw new ReferenceRunError(
        `${node.op} "${node.name}": the reference computes with float32, but input ${index} ("${node.inputs[index]}") is ${dtype}; convert it with toFloat32`,
      );
    }
  });
  return inputs;
}

function expectCall<Name extends OpName>(op: Name, call: ReferenceCall<Name>): void {
  if (!Array.isArray(call?.inputs) || typeof call.countMacs !== 'function') {
    throw new ReferenceRunError(
      `${op} takes { attributes, inputs, outputShape, countMacs }, of which inputs is a list of tensors and countMacs a function: runReferenceNode makes all of it from a node`,
    );
  }
  const { attributes, inputs, outputShape } = call;
  for (const input of inputs) checkElements(input, `an input of ${op}`);
  const names = inputs.map((_, index) => `input ${index}`);
  const node = { name: op, op, inputs: names, outputs: ['output'], attributes } as unknown as Node;
  const [output] = inferNode(node, inputs);
  expectComputable(node, inputs);
  if (Array.isArray(outputShape) && sameShape(outputShape, output!.shape)) return;
  throw new ReferenceRunError(
    `${op} gives ${formatShape(output!.shape)} for these inputs, which is not the outputShape that is given: take it from inferNode`,
  );
}

/**
 * An op that whoever has a call of their own may use as well: a loop nest checks nothing, so that its contract is asked before.
 *
 * @throws {ShapeError} or {GraphError} when inputs or attributes do not fit the op.
 * @throws {ReferenceRunError} when what is given is no call, or its `outputShape` does not follow from its inputs.
 */
export const checked =
  <Name extends OpName>(op: Name, loops: ReferenceOp<Name>): ReferenceOp<Name> =>
  (call) => {
    if (typeof call !== 'object' || call === null || !(passed in call)) expectCall(op, call);
    return loops(call);
  };
