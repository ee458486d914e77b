/**
 * @file Operators of onnxruntime's own (domain com.microsoft), which its optimizer and quantizer write into files: each is the standard ones that it
 * stands for. Those on quantized numbers are real numbers between DequantizeLinear and QuantizeLinear, as onnxruntime defines them; its
 * sums and products may round a half to the other side. Source: https://github.com/microsoft/onnxruntime, docs/ContribOperators.md.
 */
import type { Attribute, OnnxNode } from './model.js';

/** The name of onnxruntime's own operators. */
const ownDomain = 'com.microsoft';

type Attributes = OnnxNode['attributes'];

const none: Attributes = new Map();
const real = (float: number): Attribute => ({ float, floats: [], integers: [] });

/** Nodes that stand for one, which name what is between them after it. */
class Spelling {
  readonly nodes: OnnxNode[] = [];
  readonly node: OnnxNode;

  constructor(node: OnnxNode) {
    this.node = node;
  }

  input(index: number): string {
    return this.node.inputs[index] ?? '';
  }

  /** Appends a node, and returns its result; the last one gives what the whole gives. */
  add(op: string, inputs: readonly string[], attributes: Attributes = none, isLast = false): string {
    const [result = ''] = this.node.outputs;
    const output = isLast ? result : `${result}/${op} ${this.nodes.length}`;
    const name = isLast ? this.node.name : `${this.node.name}/${op}`;
    this.nodes.push({ name, op, domain: '', inputs, outputs: [output], attributes });
    return output;
  }

  /** The real numbers of an operand, with its scale and zero point behind it. */
  dequantized(index: number): string {
    return this.add('DequantizeLinear', [this.input(index), this.input(index + 1), this.input(index + 2)]);
  }

  /** The last node: the numbers by the scale and zero point at two inputs. */
  quantized(value: string, scale: number): void {
    this.add('QuantizeLinear', [value, this.input(scale), this.input(scale + 1)], none, true);
  }
}

/** Writes a node in others. @returns whether it can. */
type Spell = (spelling: Spelling) => boolean;

/** Attributes of activations, in the order in which `activation_params` has them. */
const activationAttributes: Readonly<Record<string, readonly string[]>> = {
  Clip: ['min', 'max'],
  HardSigmoid: ['alpha', 'beta'],
  LeakyRelu: ['alpha'],
  Relu: [],
  Sigmoid: [],
  Tanh: [],
};

/** FusedConv: a Conv, what is added to it, and an activation. */
function spellFusedConv(spelling: Spelling): boolean {
  const { attributes, inputs } = spelling.node;
  const activation = attributes.get('activation')?.string ?? '';
  const names = activationAttributes[activation];
  if (activation !== '' && names === undefined) return false;
  const plain = new Map([...attributes].filter(([name]) => !name.startsWith('activation')));
  const sum = spelling.input(3);
  const isLast = activation === '';
  const product = spelling.add('Conv', inputs.slice(0, 3), plain, isLast && sum === '');
  const added = sum === '' ? product : spelling.add('Add', [product, sum], none, isLast);
  if (names === undefined) return true;
  const numbers = attributes.get('activation_params')?.floats ?? [];
  const stated = names.flatMap((name, i) => {
    const number = numbers[i];
    return number === undefined ? [] : [[name, real(number)] as const];
  });
  // Since operator set 11 the bounds of a Clip are operands.
  const bounds =
    activation === 'Clip'
      ? stated.map(([, bound]) => spelling.add('Constant', [], new Map([['value_float', bound]])))
      : [];
  spelling.add(activation, [added, ...bounds], new Map(stated), true);
  return true;
}

/** An op on one quantized operand, whose attributes are the standard one's. */
const onQuantized =
  (op: string): Spell =>
  (spelling) => {
    const { attributes } = spelling.node;
    if ((attributes.get('channels_last')?.integer ?? 0) !== 0) return false;
    const value = spelling.add(op, [spelling.dequantized(0)], attributes);
    spelling.quantized(value, 3);
    return true;
  };

const onTwoQuantized =
  (op: string): Spell =>
  (spelling) => {
    const value = spelling.add(op, [spelling.dequantized(0), spelling.dequantized(3)]);
    spelling.quantized(value, 6);
    return true;
  };

/** QLinearConcat: the result's scale and zero point come first. */
function spellConcat(spelling: Spelling): boolean {
  const { inputs, attributes } = spelling.node;
  const values = inputs.flatMap((_, i) => (i >= 2 && i % 3 === 2 ? [spelling.dequantized(i)] : []));
  spelling.quantized(spelling.add('Concat', values, attributes), 0);
  return true;
}

/** QLinearWhere: condition, two operands, and the result's scale and zero point. */
function spellWhere(spelling: Spelling): boolean {
  const operands = [spelling.input(0), spelling.dequantized(1), spelling.dequantized(4)];
  spelling.quantized(spelling.add('Where', operands), 7);
  return true;
}

/** The standard operator of the same name and meaning. */
const same: Spell = (spelling) => {
  const { op, inputs, attributes } = spelling.node;
  spelling.add(op, inputs, attributes, true);
  return true;
};

/** BiasGelu and FastGelu, whose bias may be left out. */
const gelu =
  (attributes: Attributes): Spell =>
  (spelling) => {
    const [value, bias] = [spelling.input(0), spelling.input(1)];
    spelling.add('Gelu', [bias === '' ? value : spelling.add('Add', [value, bias])], attributes, true);
    return true;
  };

const spellings: ReadonlyMap<string, Spell> = new Map<string, Spell>([
  ['BiasGelu', gelu(none)],
  ['DequantizeLinear', same],
  ['FastGelu', gelu(new Map([['approximate', { string: 'tanh', floats: [], integers: [] }]]))],
  ['FusedConv', spellFusedConv],
  ['Gelu', gelu(none)],
  ['QLinearAdd', onTwoQuantized('Add')],
  ['QLinearAveragePool', onQuantized('AveragePool')],
  ['QLinearConcat', spellConcat],
  ['QLinearGlobalAveragePool', onQuantized('GlobalAveragePool')],
  ['QLinearLeakyRelu', onQuantized('LeakyRelu')],
  ['QLinearMul', onTwoQuantized('Mul')],
  ['QLinearReduceMean', onQuantized('ReduceMean')],
  ['QLinearSigmoid', onQuantized('Sigmoid')],
  ['QLinearSoftmax', onQuantized('Softmax')],
  ['QLinearWhere', spellWhere],
  ['QuantizeLinear', same],
]);

/** The nodes with standard ones in place of onnxruntime's own, as far as there are any. */
export function spellOwnOperators(nodes: readonly OnnxNode[]): readonly OnnxNode[] {
  if (!nodes.some(({ domain }) => domain === ownDomain)) return nodes;
  return nodes.flatMap((node) => {
    const spelling = new Spelling(node);
    const isSpelled = node.domain === ownDomain && spellings.get(node.op)?.(spelling) === true;
    return isSpelled ? spelling.nodes : node;
  });
}

/** Values that onnxruntime's own operators take and give as integers, which are rounded even where a DequantizeLinear is next. */
export const ownIntegers = (nodes: readonly OnnxNode[]): ReadonlySet<string> =>
  new Set(
    nodes
      .filter(({ domain, op }) => domain === ownDomain && op.startsWith('QLinear'))
      .flatMap(({ inputs, outputs }) => [...inputs, ...outputs]),
  );
