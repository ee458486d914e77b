import { elementCount } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { completeShape } from '../../tensorflow-shapes.js';
import type { LayerCall } from './layer.js';

/** Flatten: everything behind the batch in one dimension. */
export function readFlatten(call: LayerCall): string {
  call.expectChannelsLast();
  const [batch = 1, ...rest] = call.shape;
  return call.emitter.reshape(call.input, [batch, elementCount(rest)], call.name);
}

/** Reshape: a shape without the batch, in which one dimension may be −1, or null as TF.js writes it. */
export function readReshape(call: LayerCall): string {
  const wanted = call.config.list('target_shape').map((dimension) => {
    if (dimension === null) return -1;
    return typeof dimension === 'number' ? dimension : refuse('target_shape must be integers');
  });
  const [batch = 1, ...rest] = call.shape;
  return call.emitter.reshape(call.input, [batch, ...completeShape(wanted, rest)], call.name);
}

/** Permute: the order of the dimensions behind the batch, counted from 1. */
export function readPermute(call: LayerCall): string {
  const permutation = [0, ...call.config.integers('dims')];
  return call.emitter.node('transpose', [call.input], { permutation }, call.name);
}

/** Concatenate along one dimension, by default the last. */
export function readConcatenate(call: LayerCall): string {
  const [first] = call.inputs;
  if (first === undefined) refuse('joins no inputs');
  const said = call.config.number('axis', -1);
  const axis = said < 0 ? said + call.emitter.shapeOf(first).length : said;
  return call.emitter.node('concat', call.inputs, { axis }, call.name);
}

function readPool(call: LayerCall, kind: 'average' | 'max'): string {
  const size = call.pair('pool_size', [2, 2]);
  // A stride that is left out is as large as the window.
  const strides = call.config.has('strides') ? call.pair('strides') : size;
  return call.emitter.pool(kind, call.input, size, call.window(strides), call.name);
}

export const readAveragePool = (call: LayerCall): string => readPool(call, 'average');

export const readMaxPool = (call: LayerCall): string => readPool(call, 'max');

function readGlobalPool(call: LayerCall, op: 'global-average-pool2d' | 'global-max-pool2d'): string {
  call.expectChannelsLast();
  const key = call.config.has('keepdims') ? 'keepdims' : 'keep_dims';
  return call.emitter.globalPool(op, call.input, call.config.boolean(key, false), call.name);
}

export const readGlobalAveragePool = (call: LayerCall): string =>
  readGlobalPool(call, 'global-average-pool2d');

export const readGlobalMaxPool = (call: LayerCall): string => readGlobalPool(call, 'global-max-pool2d');
