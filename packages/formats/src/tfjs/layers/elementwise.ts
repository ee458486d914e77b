import { quote, refuse } from '../../errors.js';
import { emitActivation } from '../activations.js';
import type { LayerCall } from './layer.js';

/** Activation, by name. */
export function readActivation(call: LayerCall): string {
  return emitActivation(call.emitter, call.config.string('activation'), call.input, call.name);
}

/** MultiplyBeta, a class of UpscalerJS's networks: the numbers by a fifth, or by what the file says. */
export function readMultiplyBeta(call: LayerCall): string {
  const { emitter, config, input, name } = call;
  return emitter.node('mul', [input, call.constant(config.number('beta', 0.2), 'beta')], {}, name);
}

/** ReLU with a ceiling or a slope below 0. */
export function readRelu(call: LayerCall): string {
  const { emitter, config, input, name } = call;
  const slope = config.number('negative_slope', 0);
  if (config.number('threshold', 0) !== 0) refuse('has a threshold other than 0, which is not supported');
  const max = config.has('max_value') ? config.number('max_value') : undefined;
  if (slope !== 0) {
    if (max === undefined) return emitter.node('leaky-relu', [input], { slope }, name);
    const leaky = emitter.node('leaky-relu', [input], { slope }, `${name}/leaky-relu`);
    return emitter.node('clamp', [leaky], { max }, name);
  }
  if (max === undefined) return emitter.node('relu', [input], {}, name);
  if (max === 6) return emitter.node('relu6', [input], {}, name);
  return emitter.node('clamp', [input], { min: 0, max }, name);
}

/** LeakyReLU: `alpha` in Keras 2, `negative_slope` in Keras 3. */
export function readLeakyRelu(call: LayerCall): string {
  const key = call.config.has('negative_slope') ? 'negative_slope' : 'alpha';
  const slope = call.config.number(key, 0.3);
  return call.emitter.node('leaky-relu', [call.input], { slope }, call.name);
}

/** ELU. */
export function readElu(call: LayerCall): string {
  return call.emitter.node('elu', [call.input], { alpha: call.config.number('alpha', 1) }, call.name);
}

/** Softmax along one dimension. */
export function readSoftmax(call: LayerCall): string {
  const { config, shape } = call;
  const said = config.number('axis', -1);
  const axis = said < 0 ? said + shape.length : said;
  return call.emitter.node('softmax', [call.input], { axis }, call.name);
}

/** Add, Multiply and Average: any number of inputs, one after the other. */
function readSum(call: LayerCall, op: 'add' | 'mul', last: (value: string) => string): string {
  const { emitter, inputs, name } = call;
  const [first, ...others] = inputs;
  if (first === undefined || others.length === 0)
    refuse(`needs two inputs or more, but has ${inputs.length}`);
  const sum = others.reduce(
    (value, input, i) => emitter.node(op, [value, input], {}, i < others.length - 1 ? `${name}/${i}` : name),
    first,
  );
  return last(sum);
}

export const readAdd = (call: LayerCall): string => readSum(call, 'add', (value) => value);

export const readMultiply = (call: LayerCall): string => readSum(call, 'mul', (value) => value);

export const readAverage = (call: LayerCall): string =>
  readSum(call, 'add', (value) => {
    const factor = call.constant(1 / call.inputs.length, 'factor');
    return call.emitter.node('mul', [value, factor], {}, `${call.name}/mean`);
  });

/** Subtract: the first input less the second. */
export function readSubtract(call: LayerCall): string {
  const [a, b, ...others] = call.inputs;
  if (a === undefined || b === undefined || others.length > 0) {
    refuse(`needs two inputs, but has ${call.inputs.length}`);
  }
  return call.emitter.node('sub', [a, b], {}, call.name);
}

/** Rescaling: `scale · x + offset`. */
export function readRescaling(call: LayerCall): string {
  const { config, emitter, input, name } = call;
  const scale = call.constant(config.number('scale'), 'scale');
  const offset = config.number('offset', 0);
  if (offset === 0) return emitter.node('mul', [input, scale], {}, name);
  const scaled = emitter.node('mul', [input, scale], {}, `${name}/mul`);
  return emitter.node('add', [scaled, call.constant(offset, 'offset')], {}, name);
}

/** Layers that do nothing when a network runs. */
export const readNothing = (call: LayerCall): string => call.input;

/** ZeroPadding2D: one number, two, or two pairs. */
export function readZeroPadding2d(call: LayerCall): string {
  const [[top, bottom], [left, right]] = borders(call, 'padding', [1, 1]);
  const attributes = { before: [0, top, left, 0], after: [0, bottom, right, 0], value: 0 };
  return call.emitter.node('pad', [call.input], attributes, call.name);
}

/** Cropping2D: the same, taken away. */
export function readCropping2d(call: LayerCall): string {
  const [[top, bottom], [left, right]] = borders(call, 'cropping', [0, 0]);
  const [batch, height, width, channels] = call.emitter.imageShape(call.input);
  const attributes = {
    starts: [0, top, left, 0],
    ends: [batch, height - bottom, width - right, channels],
    steps: [1, 1, 1, 1],
  };
  return call.emitter.node('slice', [call.input], attributes, call.name);
}

type Border = readonly [before: number, after: number];

function borders(call: LayerCall, key: string, absent: readonly number[]): readonly [Border, Border] {
  call.expectChannelsLast();
  const value = call.config.get(key) ?? absent;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  const pairs = list.map((side) => (Array.isArray(side) ? side : [side, side]));
  const isFit = pairs.every(
    (pair) => pair.length === 2 && pair.every((n) => Number.isSafeInteger(n) && n >= 0),
  );
  if (pairs.length !== 2 || !isFit)
    refuse(`${key} must be integers of at least 0, not ${quote(JSON.stringify(value))}`);
  return pairs as unknown as readonly [Border, Border];
}
