import { expandSeparable, type Network, type Node, usesOf } from '@sepconv/graph';
import { compile, type Session } from '@sepconv/kernels';
import type { Tensor } from '@sepconv/tensor';
import type { EngineChoice, ThreadsChoice } from '../commands/arguments.js';
import type { EngineReport } from '../measure-graphs.js';
import type { Layer } from './check-layers.js';

/** What an engine gave for one input, layer by layer. */
export interface ObservedRun {
  readonly engine: EngineReport;
  readonly layers: readonly Layer[];
  /** What each layer wrote, by the value's name. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Outputs whose bits differ when the network runs as usual, with convolutions joined in strips. */
  readonly changedByFusion: readonly string[];
}

/** The layers of a session: its steps, each with the value that its last node writes; one for ops of several steps. */
function layersOf({ graph }: Network, { steps }: Session): Layer[] {
  const order = new Map(graph.nodes.map((node, index) => [node.name, index]));
  const named = new Set(steps.flatMap(({ nodes }) => nodes));
  const uses = usesOf(graph);
  /** The BatchNorm that the engine multiplied into this node's weights, so that no step is named after it. */
  const folded = ({ outputs: [value = ''] }: Node): Node[] => {
    const [reader, ...others] = uses.get(value) ?? [];
    const isFolded = typeof reader === 'object' && reader.op === 'batch-norm' && !named.has(reader.name);
    return isFolded && others.length === 0 ? [reader] : [];
  };
  const layers = steps.flatMap(({ nodes }): Layer[] => {
    const found = nodes
      .flatMap((name) => graph.nodes[order.get(name) ?? -1] ?? [])
      .flatMap((node) => [node, ...folded(node)])
      .toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
    const last = found.at(-1);
    if (last === undefined) return [];
    const value = last.outputs[0] as string;
    return [{ value, nodes: found.map(({ name }) => name), ops: found.map(({ op }) => op) }];
  });
  return [...new Map(layers.map((layer) => [layer.value, layer])).values()];
}

const sameBits = (a: Tensor, b: Tensor): boolean => {
  const [x, y] = [a, b].map(
    ({ data: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return x?.length === y?.length && x?.every((bits, i) => bits === y?.[i]) === true;
};

/**
 * Runs a network in an engine so that every layer can be looked at: a layer is a convolution with what its store does
 * (BatchNorm, activation, addition), or another op by itself. The network is also run as usual, where convolutions share
 * strips, and threads layers if there are several; both must give the same bits.
 *
 * @param network without separable-conv2d, which the engine takes apart.
 */
export async function observeEngine(
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
  { engine, threads }: { readonly engine: EngineChoice; readonly threads: ThreadsChoice },
): Promise<ObservedRun> {
  const { graph, weights } = network;
  const options = { engine, allowProcessFlags: true } as const;
  const usual = await compile(network, { ...options, threads });
  await usual.ready();
  const chosen = { ...options, engine: usual.engine.name } as const;
  const apart = await compile(network, { ...chosen, fusion: 'off' });
  const layers = layersOf(network, apart);
  apart.dispose();
  const outputs = [...new Set([...graph.outputs, ...layers.map(({ value }) => value)])];
  const watched = await compile({ graph: { ...graph, outputs }, weights }, { ...chosen, fusion: 'off' });
  const own = usual.run(inputs);
  const values = watched.run(inputs);
  watched.dispose();
  const changedByFusion = graph.outputs.filter((name) => {
    const [a, b] = [own.get(name), values.get(name)];
    return a === undefined || b === undefined || !sameBits(a, b);
  });
  usual.dispose();
  return { engine: usual.engine, layers, values, changedByFusion };
}

/** The network as {@link observeEngine} wants it. */
export function observable({ graph, weights }: Network): Network {
  return { graph: expandSeparable(graph), weights };
}
