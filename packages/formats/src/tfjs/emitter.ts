import type { AttributesOf, GraphBuilder, HeightWidth, OpName, ParameterRole } from '@sepconv/graph';
import { noPadding, type Padding, samePadding } from '@sepconv/graph';
import {
  elementCount,
  formatShape,
  reshapeTensor,
  type Shape,
  sameShape,
  type Tensor,
} from '@sepconv/tensor';
import type { Budget } from '../budget.js';
import { chooseConvolution } from '../convolution.js';
import { Derived, SharedParameters } from '../derived.js';
import { quote, refuse } from '../errors.js';
import { depthToSpace } from '../tensorflow-shapes.js';

/** More nodes than any network has; nested models that contain one another many times would make them without end. */
const maxNodes = 2 ** 16;

/** Where windows stand: as TensorFlow says it, or four numbers. */
export type WindowPadding = 'same' | 'valid' | Padding;

/** A window that slides over an image. */
export interface Window {
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: WindowPadding;
}

/**
 * Appends nodes to a graph, under names that are unique and not too long, with as many as a network may have. What Keras
 * layers and TensorFlow ops share stands here; both count images N, H, W, C as the graph does.
 */
export class Emitter {
  readonly builder: GraphBuilder;
  readonly weights = new Map<string, Tensor>();
  readonly warnings: string[] = [];
  /** What was made of the file's weights. */
  readonly derived = new Derived();
  readonly #parameters = new SharedParameters();
  /** What the file may cost. */
  readonly budget: Budget;
  #left = maxNodes;

  constructor(builder: GraphBuilder, budget: Budget) {
    this.builder = builder;
    this.budget = budget;
  }

  input(name: string, shape: Shape): string {
    this.budget.checkValue(shape, `the input ${quote(name)}`);
    return this.builder.input(this.#unique(name), shape);
  }

  /** Adds weights, where they are none yet in this role, under a name that is made unique. */
  parameter(name: string, tensor: Tensor<'float32'>, role: ParameterRole): string {
    return this.#parameters.nameOf(tensor, role, () => {
      const unique = this.#unique(name);
      this.builder.parameter(unique, tensor.shape, role);
      this.weights.set(unique, tensor);
      return unique;
    });
  }

  node<Name extends OpName>(
    op: Name,
    inputs: readonly string[],
    attributes: AttributesOf[Name],
    name: string,
  ): string {
    this.charge();
    const value = this.builder.node(op, inputs, attributes, this.#unique(name));
    this.budget.checkValue(this.shapeOf(value), 'the output');
    return value;
  }

  /** Books one node, or one step that makes none. */
  charge(): void {
    this.#left--;
    if (this.#left < 0) refuse(`is one of more than ${maxNodes} nodes, which no network has`);
  }

  shapeOf(value: string): Shape {
    return this.builder.typeOf(value).shape;
  }

  /** `[N, H, W, C]`. */
  imageShape(value: string): readonly [number, number, number, number] {
    const shape = this.shapeOf(value);
    if (shape.length !== 4) refuse(`needs an image [N, H, W, C], not ${formatShape(shape)}`);
    return shape as unknown as readonly [number, number, number, number];
  }

  #padding(value: string, window: HeightWidth, { strides, dilations, padding }: Window): Padding {
    const [, height, width] = this.imageShape(value);
    for (const [what, pair] of [
      ['stride', strides],
      ['dilation', dilations],
      ['window', window],
    ] as const) {
      if (!(pair[0] >= 1 && pair[1] >= 1))
        refuse(`the ${what} must be at least 1×1, not ${pair[0]}×${pair[1]}`);
    }
    if (padding === 'same') return samePadding([height, width], window, strides, dilations);
    return padding === 'valid' ? noPadding : padding;
  }

  /** A convolution with a weight `[K_h, K_w, C_in / groups, C_out]`. */
  convolution(
    value: string,
    { weight, bias }: { readonly weight: Tensor<'float32'>; readonly bias?: Tensor<'float32'> | undefined },
    window: Window,
    name: string,
  ): string {
    const [, , , channels] = this.imageShape(value);
    const [height = 0, width = 0, inputs = 0] = weight.shape;
    if (weight.shape.length !== 4 || channels % inputs !== 0) {
      refuse(
        `the weight ${formatShape(weight.shape)} must be [K_h, K_w, C_in / groups, C_out] for ${channels} input channels`,
      );
    }
    this.charge();
    const chosen = chooseConvolution({
      channels,
      weight,
      strides: window.strides,
      dilations: window.dilations,
      padding: this.#padding(value, [height, width], window),
      groups: channels / inputs,
    });
    const inputNames = [value, ...this.#layerParameters(name, chosen.weight, bias)];
    const result = chosen.emit(this.builder, inputNames, this.#unique(name));
    this.budget.checkValue(this.shapeOf(result), 'the output');
    return result;
  }

  /** A depthwise convolution with a weight `[K_h, K_w, C, M]`. */
  depthwise(
    value: string,
    { weight, bias }: { readonly weight: Tensor<'float32'>; readonly bias?: Tensor<'float32'> | undefined },
    window: Window,
    name: string,
  ): string {
    const [height = 0, width = 0] = weight.shape;
    const { strides, dilations } = window;
    const padding = this.#padding(value, [height, width], window);
    const inputs = [value, ...this.#layerParameters(name, weight, bias)];
    return this.node('depthwise-conv2d', inputs, { strides, dilations, padding }, name);
  }

  /** A dense layer on the last dimension; the weight is `[C_in, C_out]`. */
  dense(
    value: string,
    { weight, bias }: { readonly weight: Tensor<'float32'>; readonly bias?: Tensor<'float32'> | undefined },
    name: string,
  ): string {
    const shape = this.shapeOf(value);
    const [inputs = 0, outputs = 0] = weight.shape;
    if (shape.at(-1) !== inputs) {
      refuse(
        `the weight ${formatShape(weight.shape)} takes ${inputs} numbers, but the input is ${formatShape(shape)}`,
      );
    }
    const parameters = this.#layerParameters(name, weight, bias);
    if (shape.length === 2) return this.node('dense', [value, ...parameters], {}, name);
    const rows = this.reshape(value, [elementCount(shape) / inputs, inputs], `${name}/rows`);
    const product = this.node('dense', [rows, ...parameters], {}, `${name}/dense`);
    return this.reshape(product, [...shape.slice(0, -1), outputs], name);
  }

  /** The channels of each pixel as a block of pixels. */
  depthToSpace(value: string, block: number, name: string): string {
    const { split, permutation, joined } = depthToSpace(this.shapeOf(value), block);
    const blocks = this.reshape(value, split, `${name}/blocks`);
    return this.reshape(this.node('transpose', [blocks], { permutation }, `${name}/rows`), joined, name);
  }

  /** The value in another shape; nothing where it has that shape already. */
  reshape(value: string, shape: Shape, name: string): string {
    const from = this.shapeOf(value);
    if (sameShape(from, shape)) return value;
    if (elementCount(from) !== elementCount(shape) || shape.some((dimension) => !(dimension >= 1))) {
      refuse(`cannot turn ${formatShape(from)} (${elementCount(from)} elements) into ${formatShape(shape)}`);
    }
    return this.node('reshape', [value], { shape }, name);
  }

  /** A mean or maximum over height and width; without `keep`, `[N, C]`. */
  globalPool(
    op: 'global-average-pool2d' | 'global-max-pool2d',
    value: string,
    keep: boolean,
    name: string,
  ): string {
    const [batch, , , channels] = this.imageShape(value);
    if (keep) return this.node(op, [value], {}, name);
    return this.reshape(this.node(op, [value], {}, `${name}/pool`), [batch, channels], name);
  }

  /** A pooling window; one as large as the image is a global pool. */
  pool(kind: 'average' | 'max', value: string, window: HeightWidth, place: Window, name: string): string {
    const padding = this.#padding(value, window, place);
    const [, height, width] = this.imageShape(value);
    const isPadded = padding.top + padding.bottom + padding.left + padding.right > 0;
    if (!isPadded && window[0] === height && window[1] === width) {
      return this.globalPool(
        kind === 'max' ? 'global-max-pool2d' : 'global-average-pool2d',
        value,
        true,
        name,
      );
    }
    const { strides, dilations } = place;
    if (kind === 'max')
      return this.node('max-pool2d', [value], { window, strides, dilations, padding }, name);
    const attributes = { window, strides, dilations, padding, countIncludePadding: false };
    return this.node('average-pool2d', [value], attributes, name);
  }

  /** Batch normalization over the last dimension. */
  batchNorm(
    value: string,
    statistics: readonly [
      scale: Tensor<'float32'>,
      shift: Tensor<'float32'>,
      mean: Tensor<'float32'>,
      variance: Tensor<'float32'>,
    ],
    epsilon: number,
    name: string,
  ): string {
    const roles = ['scale', 'shift', 'mean', 'variance'] as const;
    const parameters = roles.map((role, i) =>
      this.parameter(`${name}/${role}`, statistics[i] as Tensor<'float32'>, role),
    );
    return this.node('batch-norm', [value, ...parameters], { epsilon }, name);
  }

  #layerParameters(name: string, weight: Tensor<'float32'>, bias: Tensor<'float32'> | undefined): string[] {
    const names = [this.parameter(`${name}/weight`, weight, 'weight')];
    if (bias !== undefined) {
      const flat = reshapeTensor(bias, [bias.data.length]);
      names.push(this.parameter(`${name}/bias`, flat, 'bias'));
    }
    return names;
  }

  #unique(name: string): string {
    const short = name.trim().slice(0, 200);
    return this.builder.uniqueName(short === '' ? 'value' : short);
  }
}
