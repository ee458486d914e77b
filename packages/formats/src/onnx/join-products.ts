/**
 * @file Products of quantized numbers as exporters spell them out (QDQ): DequantizeLinear, Conv, Gemm or MatMul, QuantizeLinear. As
 * onnxruntime does, they become products of the integers, QLinearConv and QLinearMatMul. Source: onnxruntime,
 * core/optimizer/qdq_transformer/selectors_actions/qdq_selectors.cc.
 */
import { elementCount } from '@sepconv/tensor';
import { Budget } from '../budget.js';
import { decodeTensor } from './constant.js';
import type { ElementType, OnnxModel, OnnxNode, StoredTensor } from './model.js';
import { type Surroundings, surroundingsOf } from './surroundings.js';

/** A DequantizeLinear or QuantizeLinear with one scale for all or along one dimension. */
const isPlain = (node: OnnxNode | undefined, op: string): node is OnnxNode =>
  node?.op === op && node.domain === '' && (node.attributes.get('block_size')?.integer ?? 0) === 0;

/** What the operands of a product are: integers, scale and zero point each. */
interface Operands {
  readonly first: OnnxNode;
  readonly second: OnnxNode;
  readonly bias: OnnxNode | undefined;
}

class Joiner {
  readonly #model: OnnxModel;
  readonly #around: Surroundings;

  constructor(model: OnnxModel, nodes: readonly OnnxNode[]) {
    this.#model = model;
    this.#around = surroundingsOf(model, nodes);
  }

  #stored(name: string | undefined): StoredTensor | undefined {
    return this.#model.initializers.get(name ?? '');
  }

  /** The numbers of a short constant of the file itself. */
  #numbers(name: string | undefined): readonly number[] | undefined {
    const stored = this.#stored(name);
    if (stored === undefined || stored.external !== undefined) return undefined;
    const { raw, numbers } = stored;
    return [...decodeTensor(stored, new Budget((raw?.length ?? 0) + 8 * numbers.length)).data];
  }

  /** The type of what a node dequantizes or stores, as its zero point says. */
  #type({ inputs }: OnnxNode): ElementType | undefined {
    return this.#stored(inputs[2])?.type;
  }

  /** Whether there is one scale, or one for each index of the last but so many dimensions. */
  #isAlong(node: OnnxNode, rank: number, axis: number): boolean {
    const scales = this.#stored(node.inputs[1]);
    if (scales === undefined) return false;
    const said = node.attributes.get('axis')?.integer ?? 1;
    return elementCount(scales.dims) === 1 || (said < 0 ? said + rank : said) === axis;
  }

  /** Whether a bias counts in units of both scales, as its integers must for a sum. */
  #fitsBias({ first, second, bias }: Operands): boolean {
    if (bias === undefined) return true;
    const own = this.#numbers(bias.inputs[1]);
    const [[step = 0] = [], steps] = [this.#numbers(first.inputs[1]), this.#numbers(second.inputs[1])];
    if (own === undefined || steps === undefined || this.#stored(bias.inputs[0])?.type !== 'int32')
      return false;
    const isWhole =
      bias.inputs[2] === undefined || (this.#numbers(bias.inputs[2]) ?? [1]).every((zero) => zero === 0);
    if (!isWhole || own.length !== steps.length) return false;
    return own.every((scale, i) => Math.abs(scale / (step * (steps[i] as number)) - 1) < 1e-4);
  }

  #operands(product: OnnxNode): Operands | undefined {
    const [a, b, c] = product.inputs.map((input) =>
      input === '' ? undefined : this.#around.producer(input),
    );
    const hasBias = (product.inputs[2] ?? '') !== '';
    if (!isPlain(a, 'DequantizeLinear') || !isPlain(b, 'DequantizeLinear')) return undefined;
    if (hasBias && !isPlain(c, 'DequantizeLinear')) return undefined;
    return { first: a, second: b, bias: hasBias ? c : undefined };
  }

  /** Whether the second operand's scales are along its output channels, and it is a constant where it has to be. */
  #fitsWeight({ op, attributes }: OnnxNode, { second, bias }: Operands): boolean {
    const weight = this.#stored(second.inputs[0]);
    if (op === 'MatMul') {
      const rank = weight?.dims.length;
      return rank === undefined
        ? elementCount(this.#stored(second.inputs[1])?.dims ?? [0]) === 1
        : this.#isAlong(second, rank, rank - 1);
    }
    if (weight === undefined) return false;
    if (op === 'Conv') return this.#isAlong(second, weight.dims.length, 0);
    const number = (name: string, absent: number): number => {
      const { float, integer } = attributes.get(name) ?? {};
      return float ?? integer ?? absent;
    };
    const isPlainGemm = number('alpha', 1) === 1 && number('transA', 0) === 0 && number('transB', 0) === 0;
    return isPlainGemm && (bias === undefined || number('beta', 1) === 1) && this.#isAlong(second, 2, 1);
  }

  /** The product of integers that a QuantizeLinear stores the result of. */
  joined(store: OnnxNode): OnnxNode | undefined {
    const [real = '', scale = '', zero = ''] = store.inputs;
    const product = this.#around.producer(real);
    if (product === undefined || product.domain !== '' || this.#around.onlyReader(real) !== store)
      return undefined;
    if (!['Conv', 'Gemm', 'MatMul'].includes(product.op)) return undefined;
    const operands = this.#operands(product);
    if (operands === undefined) return undefined;
    const { first, second, bias } = operands;
    const type = this.#type(first);
    const areBytes = [type, this.#type(second)].every((one) => one === 'int8' || one === 'uint8');
    const isOne = [first, store].every(
      ({ inputs }) => elementCount(this.#stored(inputs[1])?.dims ?? [0]) === 1,
    );
    if (!areBytes || !isOne || this.#type(store) !== type || this.#stored(first.inputs[0]) !== undefined)
      return undefined;
    if (!this.#fitsWeight(product, operands) || !this.#fitsBias(operands)) return undefined;
    const [biasIntegers] = bias?.inputs ?? [];
    const inputs = [...first.inputs, ...second.inputs, scale, zero];
    return {
      ...store,
      op: product.op === 'Conv' ? 'QLinearConv' : 'QLinearMatMul',
      inputs: biasIntegers === undefined ? inputs : [...inputs, biasIntegers],
      attributes: product.op === 'Conv' ? product.attributes : new Map(),
    };
  }
}

/** The nodes with products of integers in place of those of real numbers that are stored as integers. */
export function joinProducts(model: OnnxModel, nodes: readonly OnnxNode[]): readonly OnnxNode[] {
  const joiner = new Joiner(model, nodes);
  return nodes.map((node) => (isPlain(node, 'QuantizeLinear') ? (joiner.joined(node) ?? node) : node));
}
