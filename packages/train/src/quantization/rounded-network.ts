/** @file What a training for integers sees of its network, as a network of its own. */
import {
  expandSeparable,
  expectGraph,
  foldBatchNorm,
  type Graph,
  type Network,
  type Node,
  type StoredAs,
} from '@sepconv/graph';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { expectCheckpoint } from '../checkpoint-fields.js';
import type { Checkpoint } from '../checkpoint-state.js';
import { asClassifier } from '../classifier.js';
import { TrainError } from '../errors.js';
import type { FullQuantizationSettings } from './fake-quantization.js';
import type { Interval } from './integer-plan.js';
import { rangeOfNumbers } from './range-tracker.js';
import { roundParameters } from './round-parameters.js';
import { type RoundedValues, roundedValues } from './rounded-values.js';
import { spelledForIntegers } from './spelling.js';
import { storedOver } from './stored-over.js';

/** The nodes that store a value as integers and read them again. */
function pairOf(from: string, to: string, { dtype, scale, zeroPoint }: StoredAs): readonly Node[] {
  const stored = `${to}/as-integers`;
  const attributes = { dtype, scale: [scale], zeroPoint: [zeroPoint], by: 'reciprocal' } as const;
  return [
    { name: stored, op: 'quantize', inputs: [from], outputs: [stored], attributes },
    { name: `${to}/as-real`, op: 'dequantize', inputs: [stored], outputs: [to], attributes: {} },
  ];
}

/** A graph whose values go through integers. */
function roundedGraph(
  graph: Graph,
  { results, seams, realReaders }: RoundedValues,
  storedAs: (name: string) => StoredAs | undefined,
): Graph {
  const stored = (name: string | undefined) => (name === undefined ? undefined : storedAs(name));
  const seamName = (value: string): string => `${value}/rounded`;
  const seamOf = (value: string): readonly Node[] => {
    const as = stored(seams.get(value));
    return as === undefined ? [] : pairOf(value, seamName(value), as);
  };
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const [output = ''] = node.outputs;
    const inputs = node.inputs.map((value) =>
      !realReaders.has(node.name) && stored(seams.get(value)) !== undefined ? seamName(value) : value,
    );
    const as = stored(results.get(output));
    if (as === undefined) return [{ ...node, inputs } as Node, ...seamOf(output)];
    const real = `${output}/real`;
    return [{ ...node, inputs, outputs: [real] } as Node, ...pairOf(real, output, as)];
  });
  return { ...graph, nodes: [...graph.inputs.flatMap(({ name }) => seamOf(name)), ...nodes] };
}

/** A classifier with weights and values as int8 holds them, in real numbers: what a training for integers sees at its end. */
function roundedClassifier(
  classifier: Network,
  settings: FullQuantizationSettings,
  ranges: ReadonlyMap<string, Float32Array>,
): Network {
  const values = roundedValues(classifier);
  const expanded = { ...classifier, graph: expandSeparable(classifier.graph) };
  const parameters = new Map(
    [...classifier.weights].map(([name, { shape, data }]): [string, Tensor<'float32'>] => [
      name,
      createTensor('float32', shape, (data as Float32Array).slice()),
    ]),
  );
  const known = values.parameters.filter(({ name }) => parameters.has(name));
  roundParameters(known, parameters, settings.weights).round();
  const { graph, weights } = spelledForIntegers(foldBatchNorm({ ...expanded, weights: parameters }));
  const storedAs = (name: string): StoredAs | undefined => {
    const range = rangeOfNumbers(ranges.get(name) ?? []);
    return range && storedOver(range, 'int8');
  };
  return { graph: roundedGraph(graph, values, storedAs), weights };
}

/**
 * The network as its training sees it: with real numbers, or, of a training for integers once its ranges are known, with what int8 holds of
 * them.
 */
export function asSeen({ graph, weights, settings, ranges, position }: Checkpoint): Network {
  const { quantize } = settings;
  const begun = quantize !== undefined && (position.epoch + 1) / settings.epochs > quantize.after;
  if (!begun || ranges === undefined) return { graph, weights };
  return roundedClassifier({ graph: asClassifier(graph).graph, weights }, quantize, ranges);
}

/** The ranges that belong to the weights that a training has to show. */
const shownRanges = ({ ranges, best }: Checkpoint): ReadonlyMap<string, Float32Array> | undefined =>
  best?.ranges ?? ranges;

/**
 * The ranges of values that a training for integers has come to, by name: for `quantizeNetwork` of `@sepconv/quantize`, in place of ranges
 * that are observed.
 *
 * @throws {TrainError} when it was no training for integers, or has not begun.
 */
export function learntRanges(checkpoint: Checkpoint): ReadonlyMap<string, Interval> {
  expectCheckpoint(checkpoint);
  const { graph, weights, settings } = checkpoint;
  expectGraph(graph);
  const ranges = shownRanges(checkpoint);
  if (settings.quantize === undefined || ranges === undefined) {
    throw new TrainError(
      `no ranges were learnt: train "${graph.name}" with the setting quantize, at least for a step`,
    );
  }
  const { results, seams } = roundedValues({ graph: asClassifier(graph).graph, weights });
  return new Map(
    [...results, ...seams].flatMap(([value, name]): [string, Interval][] => {
      const range = rangeOfNumbers(ranges.get(name) ?? []);
      return range === undefined ? [] : [[value, range]];
    }),
  );
}
