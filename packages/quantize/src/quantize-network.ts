import type { Network, StoredAs } from '@sepconv/graph';
import {
  isWeighted,
  type PlannedLayer,
  planQuantization,
  type QuantizationPlan,
  type QuantizedWeight,
  quantizeWeight,
  type WeightedNode,
  weightScales,
} from '@sepconv/train/quantization';
import { adaptRounding } from './adaptive-rounding.js';
import { compareNetworks, valueNoise } from './agreement.js';
import { type ConvertedNetwork, convertNetwork, LayerObstacle } from './convert/convert.js';
import type { IntegerWeights } from './convert/integer-layers.js';
import { correctedBias, inputMeans, normalInputMeans, outputShift } from './correct-bias.js';
import { equalizedNetwork } from './equalized-network.js';
import { floatNetwork } from './float-network.js';
import { layerWeights } from './layer-weights.js';
import { type NormStatistics, normStatistics } from './norm-statistics.js';
import { completeOptions, type FullOptions, type QuantizeOptions } from './options.js';
import { spread } from './ranges/observe.js';
import { layerReports, networkCounts, type QuantizeReport } from './report.js';
import { checkSamples, drawSamples, type NamedInputs } from './samples.js';
import { layerSensitivities, namedLayers, sensitiveLayers } from './sensitivity.js';
import { observeRanges, type Ranges, storageOfValues, withNormalRanges } from './storage.js';

/** A quantized network, and what became of each layer. */
export interface QuantizedNetwork {
  /** Of integer ops, with real numbers where there are none; inputs and outputs keep their names. */
  readonly network: Network;
  readonly report: QuantizeReport;
}

type WeightedLayer = PlannedLayer & { readonly node: WeightedNode };

/** Layers with weights that are quantized. */
const weightedLayers = ({ layers }: QuantizationPlan): WeightedLayer[] =>
  layers.filter(
    (layer): layer is WeightedLayer => layer.arithmetic === 'integer' && isWeighted(layer.node.op),
  );

/** Everything that is known before weights are rounded. */
interface Prepared {
  readonly float: Network;
  readonly plan: QuantizationPlan;
  readonly ranges: Ranges;
  readonly samples: readonly NamedInputs[];
  /** Weights whose rounding was learnt, by the layers' outputs: kept from one conversion to the next. */
  readonly learnt: Map<string, QuantizedWeight>;
  /** What BatchNorm knows of layers' results: only where there are no samples. */
  readonly statistics: ReadonlyMap<string, NormStatistics>;
}

/** Samples of which the means of windows are taken: means of more are the same. */
const mostMeanSamples = 24;

/** Samples that rounding is learnt from: a layer's inputs for all of them are in memory together. */
const mostRoundingSamples = 32;

/** The weights of each layer in integers, and biases that make good what rounding does on average. */
async function roundWeights(
  { float, plan, samples, learnt, statistics }: Prepared,
  storage: ReadonlyMap<string, StoredAs>,
  options: FullOptions,
): Promise<ReadonlyMap<string, IntegerWeights>> {
  const layers = weightedLayers(plan);
  const rounded = new Map(
    layers.map((layer): [string, IntegerWeights] => {
      const own = layerWeights(float, layer);
      const { weight, channels, bias } = own;
      const inputScale = (storage.get(layer.node.inputs[0] as string) as StoredAs).scale;
      const scale = weightScales(weight, channels, options.weights, { bias, inputScale });
      return [layer.output, { ...own, quantized: quantizeWeight(weight, channels, scale) }];
    }),
  );
  if (options.adaptRounding) {
    const how = typeof options.adaptRounding === 'object' ? options.adaptRounding : {};
    const few = spread(samples, mostRoundingSamples);
    for (const [index, layer] of layers.entries()) {
      options.onProgress('Learning to round', index / layers.length);
      const own = rounded.get(layer.output) as IntegerWeights;
      const as = storage.get(layer.node.inputs[0] as string) as StoredAs;
      const quantized =
        learnt.get(layer.output) ?? (await adaptRounding(float, layer, own, few, as, how, options));
      learnt.set(layer.output, quantized);
      rounded.set(layer.output, { ...own, quantized });
    }
  }
  if (!options.correctBias) return rounded;
  const shapes = new Map([...rounded].map(([name, { shape }]) => [name, shape]));
  const means =
    statistics.size > 0
      ? normalInputMeans(layers, plan.layers, shapes, statistics)
      : await inputMeans(float, layers, shapes, spread(samples, mostMeanSamples), storage, options);
  return new Map(
    layers.map(({ node, output }) => {
      const own = rounded.get(output) as IntegerWeights;
      const mean = means.get(output);
      if (mean === undefined) return [output, own];
      return [output, { ...own, bias: correctedBias(own.bias, outputShift(node, own, own.quantized, mean)) }];
    }),
  );
}

/** A converted network with the decisions that led to it. */
interface Conversion extends ConvertedNetwork {
  readonly plan: QuantizationPlan;
  readonly storage: ReadonlyMap<string, StoredAs>;
  readonly weights: ReadonlyMap<string, IntegerWeights>;
}

/** Converts; a layer whose numbers do not fit the arithmetic of integers stays with real numbers, and the rest is converted again. */
async function convert(
  prepared: Prepared,
  options: FullOptions,
  kept: ReadonlyMap<string, string> = new Map(),
): Promise<Conversion> {
  const keepFloat = new Map(kept);
  for (;;) {
    const integerEnds = options.boundary === 'integer';
    const plan = planQuantization(prepared.plan.graph, { keepFloat, integerEnds });
    const storage = storageOfValues(prepared.float, plan, prepared.ranges, options.activations);
    const weights = await roundWeights({ ...prepared, plan }, storage, options);
    try {
      const { boundary } = options;
      const converted = convertNetwork(prepared.float, { plan, storage, weights, boundary });
      return { ...converted, plan, storage, weights };
    } catch (error) {
      if (!(error instanceof LayerObstacle)) throw error;
      keepFloat.set(error.output, error.message);
    }
  }
}

/** A conversion with the float network that it is of, and what was done to that. */
interface Attempt extends Conversion {
  readonly float: Network;
  readonly ranges: Ranges;
  readonly learnt: Map<string, QuantizedWeight>;
  readonly statistics: Prepared['statistics'];
  readonly steps: readonly string[];
}

/** Observes and converts a float network. */
async function attempt(
  float: Network,
  samples: readonly NamedInputs[],
  options: FullOptions,
  steps: readonly string[],
  statistics: Prepared['statistics'],
  [begin, end]: readonly [number, number],
): Promise<Attempt> {
  const { onProgress } = options;
  const plan = planQuantization(float.graph, { integerEnds: options.boundary === 'integer' });
  const observed = await observeRanges(float, plan, samples, {
    ...options,
    known: options.ranges,
    onRun: (run, runs) => onProgress('Observing ranges', begin + (0.8 * (end - begin) * run) / runs),
  });
  onProgress('Rounding weights', begin + 0.8 * (end - begin));
  const ranges = statistics.size > 0 ? withNormalRanges(observed, plan, statistics) : observed;
  const learnt = new Map<string, QuantizedWeight>();
  const conversion = await convert({ float, plan, ranges, samples, learnt, statistics }, options);
  return { ...conversion, float, ranges, learnt, statistics, steps };
}

/** Samples on which layers are looked at one by one. */
const mostSensitivitySamples = 4;

/** A conversion with the layers in real numbers that are to stay so, and what each layer costs where that was asked for. */
async function withKeptLayers(
  whole: Attempt,
  samples: readonly NamedInputs[],
  options: FullOptions,
): Promise<Attempt & { readonly sensitivity: ReadonlyMap<string, number> }> {
  const { keepFloat = {}, onProgress } = options;
  const asksFor = (keepFloat.layers ?? 0) > 0 || keepFloat.error !== undefined;
  const few = spread(samples, mostSensitivitySamples);
  const sensitivity =
    asksFor || options.sensitivity === true
      ? await layerSensitivities(whole, few, options, (index, count) =>
          onProgress('Looking at each layer by itself', 0.8 + (0.1 * index) / count),
        )
      : new Map<string, number>();
  const named = namedLayers(whole.plan, keepFloat);
  const prepared = { ...whole, samples };
  const convertWith = (kept: ReadonlyMap<string, string>): Promise<Conversion> =>
    convert(prepared, options, kept);
  const trial = spread(samples, mostTrialSamples);
  const kept = asksFor
    ? await sensitiveLayers(sensitivity, keepFloat, named, async (names) => {
        const { network } = await convertWith(names);
        return (await compareNetworks(whole.float, network, trial, options)).outputError;
      })
    : named;
  const conversion = kept.size > 0 ? await convertWith(kept) : whole;
  return { ...whole, ...conversion, sensitivity };
}

/** Samples on which channels are looked at, and of these, on which two ways are compared. */
const [mostChannelSamples, mostTrialSamples] = [16, 8];

/** The network as it is, or equalized where that answers more alike on the calibration's samples. */
async function bestConversion(
  float: Network,
  samples: readonly NamedInputs[],
  statistics: Prepared['statistics'],
  options: FullOptions,
): Promise<Attempt> {
  const few = spread(samples, mostTrialSamples);
  const equalized = options.equalize
    ? await equalizedNetwork(float, spread(samples, mostChannelSamples), options)
    : { network: float, pairs: [] };
  const count = equalized.pairs.length;
  if (count === 0) return attempt(float, samples, options, [], statistics, [0, 0.8]);
  // Few samples tell which of both is better; the rest, and rounding that is learnt, are for that one.
  const nearest = { ...options, adaptRounding: false };
  const plain = await attempt(float, few, nearest, [], statistics, [0, 0.1]);
  // The scales of these are others now.
  const moved = new Set(equalized.pairs.map(({ first }) => first.node.outputs[0] as string));
  const kept = new Map([...statistics].filter(([name]) => !moved.has(name)));
  const evened = await attempt(equalized.network, few, nearest, [], kept, [0.1, 0.2]);
  const errorOf = async ({ network }: Attempt): Promise<number> =>
    (await compareNetworks(float, network, few, options)).outputError;
  const [before, after] = [await errorOf(plain), await errorOf(evened)];
  const words = `${count} ${count === 1 ? 'pair' : 'pairs'} of layers`;
  const errors = `${(100 * after).toPrecision(3)} % of the output with it, ${(100 * before).toPrecision(3)} % without, on samples of the calibration`;
  const step =
    after < before
      ? `Weights are equalized across ${words}: the error is ${errors}.`
      : `Equalizing ${words} would not help: the error is ${errors}.`;
  const best = after < before ? evened : plain;
  return attempt(best.float, samples, options, [step], best.statistics, [0.2, 0.8]);
}

/** Samples of which the noise inside is measured, layer by layer. */
const mostNoiseSamples = 8;

/**
 * A float network as one of int8: weights symmetric, activations asymmetric, biases int32, in the ops that TensorFlow Lite's runtimes and
 * onnxruntime have for integers. What has no form in integers stays with real numbers, between a dequantize and a quantize, and the
 * report says why. The same network, samples and options give the same result.
 *
 * Source: Jacob et al. 2018, arXiv:1712.05877; Krishnamoorthi 2018, arXiv:1806.08342.
 *
 * @throws {QuantizeError} when samples do not fit, a range is not finite, a weight is damaged, or the network is quantized already.
 * @throws {GraphError} when the network contradicts itself.
 *
 * @example
 * const { network: integer, report } = await quantizeNetwork(network, { samples, heldBack });
 * report.agreement.sameTop; // 0.985
 */
export async function quantizeNetwork(
  network: Network,
  given: QuantizeOptions = {},
): Promise<QuantizedNetwork> {
  const options = completeOptions(given);
  const { onProgress } = options;
  const float = floatNetwork(network);
  const samples =
    options.samples === undefined
      ? drawSamples(float, options.inputRange, options.seed)
      : checkSamples(float, options.samples);
  const heldBack =
    options.heldBack === undefined || options.heldBack.length === 0
      ? undefined
      : checkSamples(float, options.heldBack);
  const isDataFree = options.samples === undefined && options.ranges === undefined;
  const statistics = isDataFree ? normStatistics(network) : new Map<string, never>();
  const found = await withKeptLayers(
    await bestConversion(float, samples, statistics, options),
    samples,
    options,
  );
  onProgress('Comparing the networks', 0.8);
  const compared = heldBack ?? samples;
  const agreement = await compareNetworks(network, found.network, compared, options);
  const noise = await valueNoise(
    found.float,
    found.network,
    found.storedNames,
    spread(compared, mostNoiseSamples),
    options,
  );
  onProgress('Done', 1);
  return {
    network: found.network,
    report: {
      layers: layerReports({ ...found, noise }),
      ...networkCounts(network, found.network, found.plan),
      calibration:
        found.ranges.seen === 0
          ? { from: 'training', count: 0 }
          : { from: options.samples === undefined ? 'drawn' : 'samples', count: samples.length },
      agreement,
      agreementOn:
        heldBack !== undefined ? 'held-back' : options.samples === undefined ? 'drawn' : 'calibration',
      steps: found.steps,
    },
  };
}
