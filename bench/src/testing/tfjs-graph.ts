/** @file Small graph models of TensorFlow ops, for tests beside TF.js. */

import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { readTfjs } from '../../../packages/formats/test/read-now.js';
import { expectClose, type Saved } from './tfjs-check.js';

export const base64 = (text: string): string => btoa(text);
export const ints = (...list: number[]) => ({ list: { i: list.map(String) } });
export const texts = (...list: string[]) => ({ list: { s: list.map(base64) } });

/** A node of a graph model, as it stands in the file. */
export interface TestNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: object;
}

/** A graph model of these nodes, reading `x` of 1×6×5×4, with float32 and int32 constants. */
export function graphModel(
  nodes: readonly TestNode[],
  constants: Readonly<Record<string, { shape: number[]; ints?: number[] }>>,
): Saved {
  const dims = [1, 6, 5, 4].map((size) => ({ size: String(size) }));
  const placeholder = {
    name: 'x',
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: dims } } },
  };
  const random = createRandom(3);
  const entries = Object.entries(constants).map(([name, { shape, ints: list }]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const data =
      list === undefined
        ? Float32Array.from({ length: count }, () => random.next() + 0.1)
        : Int32Array.from(list);
    return {
      name,
      shape,
      dtype: list === undefined ? 'float32' : 'int32',
      bytes: new Uint8Array(data.buffer),
    };
  });
  const consts = entries.map(({ name, dtype }) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: dtype === 'float32' ? 'DT_FLOAT' : 'DT_INT32' } },
  }));
  const model = {
    format: 'graph-model',
    modelTopology: { node: [placeholder, ...consts, ...nodes], versions: {} },
    weightsManifest: [{ paths: ['w'], weights: entries.map(({ bytes: _, ...spec }) => spec) }],
  };
  return {
    model,
    shards: new Map([['w', new Uint8Array(Buffer.concat(entries.map(({ bytes }) => bytes)))]]),
  };
}

/** A saved graph as TF.js loads it. */
export async function loadSaved({ model, shards }: Saved): Promise<tf.GraphModel> {
  const { weightsManifest, ...rest } = model as {
    weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
  };
  const source = tf.io.fromMemory({
    ...rest,
    modelTopology: (model as { modelTopology: object }).modelTopology,
    weightSpecs: weightsManifest[0]?.weights ?? [],
    weightData: new Uint8Array(shards.get('w') ?? []).buffer,
  });
  return tf.loadGraphModel(source);
}

/** The graph as it is read here, run by the reference, and as TF.js runs it. */
export async function compareGraph({ model, shards }: Saved): Promise<void> {
  const { network } = readTfjs({ model, shards });
  const input = randomTensor([1, 6, 5, 4], createRandom(9), 0.1, 2);
  const ours = runReference(network, new Map([['x', input]])).get(network.graph.outputs[0] ?? '');
  const loaded = await loadSaved({ model, shards });
  const theirs = loaded.execute(tf.tensor(input.data, [1, 6, 5, 4]), 'y') as tf.Tensor;
  expect(ours?.shape).toEqual(theirs.shape);
  expectClose(ours?.data ?? [], await theirs.data());
}

/** One node that reads `input` and gives `y`. */
export const one = (op: string, input: string[], attr: object = {}): TestNode[] => [
  { name: 'y', op, input, attr },
];
