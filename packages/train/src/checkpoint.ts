/**
 * @file Everything that a training needs to go on as if it had never stopped, as one safetensors file: the tensors of the
 * network under `weights/`, what the optimizer, the average and ranges keep under `optimizer/`, `average/` and `ranges/`, the best weights
 * so far under `best/` with their ranges under `best-ranges/`, and the rest as JSON in the file's metadata, which also hold a checksum of the whole file.
 */
import { readSafetensors, writeSafetensors } from '@sepconv/formats/safetensors';
import { expectGraph, type Weights } from '@sepconv/graph';
import { createTensor, formatShape, SepconvError, type Tensor } from '@sepconv/tensor';
import { checkNetwork, checkTraining, expectCheckpoint } from './checkpoint-fields.js';
import type { Checkpoint } from './checkpoint-state.js';
import { type CheckpointTensors, checkTensors } from './checkpoint-tensors.js';
import { TrainError } from './errors.js';
import { isSealed, seal, unsealed } from './seal.js';

const formatName = 'sepconv-checkpoint-2';
const oldFormatName = 'sepconv-checkpoint-1';

const flat = (data: Float32Array): Tensor => createTensor('float32', [data.length], data);

/** A checkpoint as the bytes of a safetensors file; the same checkpoint gives the same bytes. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  expectCheckpoint(checkpoint);
  const { weights, optimizer, average, ranges, best, ...rest } = checkpoint;
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of weights) tensors.set(`weights/${name}`, tensor);
  for (const [name, values] of optimizer) tensors.set(`optimizer/${name}`, flat(values));
  for (const [name, values] of average ?? []) tensors.set(`average/${name}`, flat(values));
  for (const [name, values] of ranges ?? []) tensors.set(`ranges/${name}`, flat(values));
  for (const [name, values] of best?.ranges ?? []) tensors.set(`best-ranges/${name}`, flat(values));
  for (const [name, values] of best?.weights ?? []) tensors.set(`best/${name}`, flat(values));
  const { weights: _weights, ranges: _ranges, ...bestNumbers } = best ?? { weights: undefined };
  const training = { ...rest, best: best && bestNumbers };
  const metadata = new Map([unsealed, ['format', formatName], ['training', textOf(training)]]);
  return seal(writeSafetensors(tensors, metadata));
}

/** Plain data as text. */
function textOf(training: object): string {
  try {
    return JSON.stringify(training);
  } catch (error) {
    throw new TrainError('the checkpoint has something in it that is no plain data', { cause: error });
  }
}

/** The tensors under a prefix, without it. */
function under(prefix: string, tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}

/** Float arrays under a prefix; `undefined` where there is none. */
function arraysUnder(
  prefix: string,
  tensors: ReadonlyMap<string, Tensor>,
): ReadonlyMap<string, Float32Array> | undefined {
  const found = under(prefix, tensors);
  if (found.size === 0) return undefined;
  return new Map(
    [...found].map(([name, { dtype, shape, data }]) => {
      if (dtype !== 'float32') throw new TrainError(`"${prefix}${name}" is ${dtype} instead of float32`);
      if (shape.length !== 1)
        throw new TrainError(`"${prefix}${name}" is ${formatShape(shape)} instead of a list`);
      return [name, data as Float32Array];
    }),
  );
}

/** The JSON in the metadata of a file that this version has written. */
function trainingText(metadata: ReadonlyMap<string, string>, hasSeal: boolean): string {
  const text = metadata.get('training');
  const format = metadata.get('format');
  if (text !== undefined && format === oldFormatName) {
    throw new TrainError('it was written before checkpoints had a checksum: start the training anew');
  }
  if (format !== formatName || text === undefined) {
    throw new TrainError('it is a safetensors file, but not one that a training has written');
  }
  if (!hasSeal) throw new TrainError('it is damaged: its checksum is missing; take a copy from before');
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrainError('what it says about the training is no JSON', { cause: error });
  }
}

function decode(bytes: Uint8Array): Checkpoint {
  const hasSeal = isSealed(bytes);
  const { tensors, metadata } = readSafetensors(bytes);
  const training = checkTraining(parseJson(trainingText(metadata, hasSeal)));
  const { best, ...rest } = training;
  for (const name of tensors.keys()) {
    if (!/^(weights|optimizer|average|ranges|best|best-ranges)\//.test(name)) {
      throw new TrainError(`"${name.slice(0, 80)}" is no tensor of a checkpoint`);
    }
  }
  const weights = under('weights/', tensors);
  checkNetwork(training, weights);
  const optimizer = arraysUnder('optimizer/', tensors) ?? new Map();
  const average = arraysUnder('average/', tensors);
  const ranges = arraysUnder('ranges/', tensors);
  const bestWeights = arraysUnder('best/', tensors);
  const bestRanges = arraysUnder('best-ranges/', tensors);
  if ((best === undefined) !== (bestWeights === undefined)) {
    throw new TrainError('of its best weights there are only the numbers, or only the tensors');
  }
  const all: CheckpointTensors = {
    weights,
    optimizer,
    ...(average === undefined ? {} : { average }),
    ...(ranges === undefined ? {} : { ranges }),
    ...(best === undefined || bestWeights === undefined
      ? {}
      : { best: { ...best, weights: bestWeights, ...(bestRanges && { ranges: bestRanges }) } }),
  };
  checkTensors(training, all);
  return { ...rest, ...all };
}

/**
 * Reads a checkpoint. Its checksum tells every damaged byte; behind it every field is checked as if there were none.
 *
 * @throws {TrainError} when it is none, or damaged, naming the field, what it is and what it may be.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  if (!(bytes instanceof Uint8Array))
    throw new TrainError('a checkpoint is read from a Uint8Array: give the bytes of its file');
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    throw new TrainError(`this checkpoint cannot be used: ${error.message}`, { cause: error });
  }
}

/** The weights that a training has to show: the best if they were kept, else the average if there is one, else the last. */
export function resultOf(checkpoint: Checkpoint): Weights {
  expectCheckpoint(checkpoint);
  const { graph, weights, average, best } = checkpoint;
  expectGraph(graph);
  const chosen = best?.weights ?? average;
  if (chosen === undefined) return weights;
  return new Map(
    graph.parameters.map(({ name, shape }) => {
      const values = chosen.get(name);
      return [name, values === undefined ? weights.get(name)! : createTensor('float32', shape, values)];
    }),
  );
}
