/**
 * @file Layers that are fitted one after another, each to the original's outputs on the inputs that it has in the network whose
 * earlier layers are decomposed already: what those lost is known then, and made good as far as a layer can. Source: Zhang et al.
 * 2015, arXiv:1505.06798, §3.3, "asymmetric reconstruction".
 */
import { eliminateDeadNodes, type Network } from '@sepconv/graph';
import { createRandom, type Tensor } from '@sepconv/tensor';
import type { Factored } from './decide.js';
import { type ConvDecomposition, decomposeFactored, factorConv } from './decompose-conv2d.js';
import { withinLayer } from './errors.js';
import { type NamedInputs, prepareNetwork, shareOf, windowsOf } from './network-samples.js';
import type { DecomposeOptions, PreparedNetwork } from './options.js';
import { rewriteNetwork } from './rewrite-network.js';
import { checkSamples, createCollector, type LayerSamples } from './samples.js';

/** A layer that is replaced, and by what. */
export interface ReplacedLayer {
  readonly layer: Factored;
  readonly decomposition: ConvDecomposition;
}

/** A network with layers replaced. */
export const withReplaced = (original: Network, replaced: readonly ReplacedLayer[]): Network =>
  rewriteNetwork(
    original,
    replaced.map(({ layer: { node, conv }, decomposition }) => ({ node, layer: conv.layer, decomposition })),
  );

/** A network that computes one value only. */
const upTo = (network: Network, value: string): Network =>
  eliminateDeadNodes({ ...network, graph: { ...network.graph, outputs: [value] } });

/** Runs of a network for one value; an input of the network is there without a run. */
async function runsOf(
  network: Network,
  value: string,
  options: DecomposeOptions,
): Promise<{ at: (inputs: NamedInputs) => Tensor; dispose: () => void }> {
  if (network.graph.inputs.some(({ name }) => name === value)) {
    return { at: (inputs) => inputs.get(value) as Tensor, dispose: () => {} };
  }
  const prepared: PreparedNetwork = await prepareNetwork(upTo(network, value), options);
  return {
    at: (inputs) => prepared.run(inputs).get(value) as Tensor,
    dispose: () => prepared.dispose?.(),
  };
}

/** Windows of the layer's input in the new network, beside its outputs in the original one. */
async function sampleBetween(
  original: Network,
  present: Network,
  { node, conv }: Factored,
  inputs: readonly NamedInputs[],
  options: DecomposeOptions,
): Promise<LayerSamples> {
  const collector = createCollector(node, conv.layer);
  const count = windowsOf(conv.layer, options);
  const random = createRandom((options.seed ?? 1) + 1);
  const wanted = await runsOf(original, node.outputs[0] as string, options);
  const given = await runsOf(present, node.inputs[0] as string, options);
  try {
    inputs.forEach((input, index) => {
      const share = shareOf(count, index, inputs.length);
      // Copied while it is there: what a run gives need not outlive the next one.
      if (share > 0) collector.add(given.at(input), wanted.at(input), share, random);
    });
  } finally {
    given.dispose();
    wanted.dispose();
  }
  return collector.finish();
}

/** Decomposes every replaced layer again at its rank, in the graph's order. */
export async function fitInOrder(
  original: Network,
  replaced: readonly ReplacedLayer[],
  inputs: readonly NamedInputs[],
  options: DecomposeOptions,
): Promise<readonly ReplacedLayer[]> {
  const done: ReplacedLayer[] = [];
  for (const [index, { layer, decomposition }] of replaced.entries()) {
    const { node, conv } = layer;
    options.onLayer?.(node.name, index, replaced.length);
    const present = withReplaced(original, done);
    const samples = await sampleBetween(original, present, layer, inputs, options);
    const again = withinLayer(node.name, () => {
      checkSamples(samples, conv.layer);
      return decomposeFactored(conv, factorConv(conv, samples), decomposition.rank, samples);
    });
    done.push({ layer, decomposition: again });
  }
  return done;
}
