import { costOf } from '@sepconv/cost-model';
import { foldBatchNorm, type Network, type Node, validateNetwork } from '@sepconv/graph';
import { type Candidate, convolutionsOf, type Unfit } from './candidates.js';
import { chooseRanks } from './choose-ranks.js';
import { type Decision, decide, errorOnSamples, type Factored, unfitReport } from './decide.js';
import { factorConv } from './decompose-conv2d.js';
import { withinLayer } from './errors.js';
import { spectrumOf } from './factorization.js';
import { inputsOf, type NamedInputs, networkError, sampleLayers } from './network-samples.js';
import { checkOptions, type DecomposeOptions } from './options.js';
import type { DecompositionReport, DecompositionTotals, LayerReport } from './report.js';
import { checkSamples, type LayerSamples } from './samples.js';
import { fitInOrder, type ReplacedLayer, withReplaced } from './sequential.js';

/** A network in which convolutions were replaced, and what was done. */
export interface DecomposedNetwork {
  readonly network: Network;
  readonly report: DecompositionReport;
}

const isCandidate = (convolution: Candidate | Unfit): convolution is Candidate => 'conv' in convolution;

/**
 * Replaces the standard and grouped convolutions of a network by depthwise separable ones, each of a rank that a rule gives: the
 * same for all, by kept energy, or from a budget. The network that is given stays as it is.
 *
 * A layer is replaced only if that saves multiply-adds and, where times are measured, time; the report says of every layer what
 * was decided and why, and `force` overrides it. BatchNorm is folded first by default: then the error of each output channel
 * counts with the scale that the next layer sees. Layers are decomposed independently, each on the inputs that it had in the
 * original network, unless `sequential`; errors that add up along the network show in `totals.outputError`. Activations stay where they were: none
 * comes between the two steps.
 *
 * @throws {DecomposeError} when an option, a budget, or a number in a weight or input cannot be used.
 * @throws {GraphError} when the network contradicts itself.
 *
 * @example
 * const { network: separable, report } = await decomposeNetwork(network, { energy: 0.95 });
 * report.totals.macsAfter / report.totals.macsBefore;
 */
export async function decomposeNetwork(
  given: Network,
  options: DecomposeOptions,
): Promise<DecomposedNetwork> {
  checkOptions(options);
  const original = (options.foldBatchNorm ?? true) ? foldBatchNorm(given) : given;
  const types = validateNetwork(original);
  const inputs = inputsOf(original, options);
  const convolutions = convolutionsOf(original, types, options.order ?? 'depthwise-pointwise');
  const factored = await factorAll(original, convolutions.filter(isCandidate), inputs, options);
  const decisions = await decideAll(original, factored, options);
  const decided = factored.flatMap((layer): ReplacedLayer[] => {
    const decomposition = decisions.get(layer.node)?.decomposition;
    return decomposition === undefined ? [] : [{ layer, decomposition }];
  });
  const refittedLayers =
    options.sequential === true ? await fitInOrder(original, decided, inputs, options) : [];
  const network = withReplaced(original, options.sequential === true ? refittedLayers : decided);
  validateNetwork(network);
  const fitted = new Map(refittedLayers.map((each) => [each.layer.node, each]));
  const layers = convolutions.map((convolution): LayerReport => {
    if (!isCandidate(convolution)) return unfitReport(convolution);
    const { report } = decisions.get(convolution.node) as Decision;
    const again = fitted.get(convolution.node);
    return again === undefined ? report : { ...report, ...refitted(again) };
  });
  const totals = await totalsOf(original, network, layers, inputs, options);
  return { network, report: { name: original.graph.name, layers, totals } };
}

/** What a report says of a layer that was fitted once more: its error alone is still that on the original's inputs. */
function refitted({ layer, decomposition }: ReplacedLayer) {
  return { outputError: errorOnSamples(layer, decomposition), method: decomposition.method };
}

async function factorAll(
  network: Network,
  candidates: readonly Candidate[],
  inputs: readonly NamedInputs[],
  options: DecomposeOptions,
): Promise<readonly Factored[]> {
  const sampled = candidates.map(({ node, conv }) => ({ node, layer: conv.layer }));
  const samples = await sampleLayers(network, sampled, inputs, options);
  return candidates.map((candidate, index): Factored => {
    const { node, conv } = candidate;
    options.onLayer?.(node.name, index, candidates.length);
    const own = samples.get(node.name) as LayerSamples;
    return withinLayer(node.name, () => {
      checkSamples(own, conv.layer);
      const factorization = factorConv(conv, options.calibration === undefined ? undefined : own);
      return { ...candidate, factorization, samples: own, spectrum: spectrumOf(factorization) };
    });
  });
}

async function decideAll(
  { graph }: Network,
  factored: readonly Factored[],
  options: DecomposeOptions,
): Promise<ReadonlyMap<Node, Decision>> {
  const { measure } = options;
  const needsTime = options.budget !== undefined && 'milliseconds' in options.budget;
  const whole = needsTime ? await measure?.({ network: graph }) : undefined;
  const costs = { macs: costOf(graph).totals.macs, milliseconds: whole?.network ?? 0 };
  const ranks = await chooseRanks(factored, costs, options);
  const decisions = new Map<Node, Decision>();
  for (const [i, layer] of factored.entries()) {
    const rank = ranks[i] as number | null;
    options.onLayer?.(layer.node.name, i, factored.length);
    if (rank !== null && measure !== undefined) await layer.measure([rank], measure);
    decisions.set(layer.node, decide(layer, rank, options));
  }
  return decisions;
}

async function totalsOf(
  before: Network,
  after: Network,
  layers: readonly LayerReport[],
  inputs: readonly NamedInputs[],
  options: DecomposeOptions,
): Promise<DecompositionTotals> {
  const replaced = layers.filter((layer) => layer.replaced);
  const lost = replaced.reduce((sum, { energy }) => sum + Math.max(0, 1 - (energy ?? 1)), 0);
  const [costBefore, costAfter] = [costOf(before.graph).totals, costOf(after.graph).totals];
  const times = await options.measure?.({ before: before.graph, after: after.graph });
  return {
    layers: layers.length,
    replaced: replaced.length,
    macsBefore: costBefore.macs,
    macsAfter: costAfter.macs,
    paramsBefore: costBefore.params.total,
    paramsAfter: costAfter.params.total,
    msBefore: times?.before ?? null,
    msAfter: times?.after ?? null,
    outputError: await networkError(before, after, inputs, options),
    predictedError: Math.sqrt(lost),
    errorInputs: options.calibration === undefined ? 'random' : 'calibration',
    inputCount: inputs.length,
  };
}
