/** @file The reference's ops, each called with a seeded case of its own. */
import { type Runner, sweep } from '@sepconv/conformance';
import type { Network, Node, OpName } from '@sepconv/graph';
import { createMacCounter, runReference, runReferenceNode, runReferenceWith } from '@sepconv/reference';
import * as ops from '@sepconv/reference/ops';
import type { Tensor } from '@sepconv/tensor';
import { call, image, type MeantCall, network } from './meant.js';

interface Drawn {
  readonly network: Network;
  readonly inputs: ReadonlyMap<string, Tensor>;
}

/** A drawn network of one node, and its inputs. */
async function caseOf(op: OpName): Promise<Drawn> {
  const drawn: Drawn[] = [];
  const implementation: Runner = (network, inputs) => {
    drawn.push({ network, inputs });
    return runReference(network, inputs);
  };
  await sweep({ op, runs: 1, implementation, oracle: runReference });
  return drawn[0]!;
}

/** What a definition is called with by whoever runs a network. */
async function callOf(op: OpName): Promise<readonly unknown[]> {
  const { network: drawn, inputs: given } = await caseOf(op);
  const node = drawn.graph.nodes[0] as Node;
  const inputs = node.inputs.map((name) => (drawn.weights.get(name) ?? given.get(name)) as Tensor);
  const [output] = runReferenceNode(node, inputs);
  return [{ attributes: node.attributes, inputs, outputShape: output?.shape, countMacs: () => undefined }];
}

const { elementwiseOps, ...own } = ops;
const definitions = Object.entries(own).map(([name, definition]) => [
  name,
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  definition,
]) as [string, OpName, (call: never) => unknown][];

export const opsCalls: readonly MeantCall[] = [
  ...(await Promise.all(
    [
      ...definitions,
      ...Object.entries(elementwiseOps()).map(([op, run]) => [op, op as OpName, run] as const),
    ].map(async ([name, op, run]) => {
      const meant = await callOf(op);
      return call(`reference/ops ${name}`, run as never, () => meant.map((one) => ({ ...(one as object) })));
    }),
  )),
  call('elementwiseOps', elementwiseOps as never, () => []),
  call('createMacCounter', createMacCounter as never, () => []),
  call('runReferenceWith', runReferenceWith, () => [
    { ...own, ...elementwiseOps(), 'global-average-pool2d': ops.globalAveragePool2d },
    network,
    image(),
    {},
  ]),
];
