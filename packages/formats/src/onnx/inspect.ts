import { plainBytes } from '../bytes.js';
import {
  countOps,
  countParameters,
  type InspectedValue,
  type Inspection,
  unsupportedKind,
} from '../inspection.js';
import { fullOpName, isReadable, partReasons } from './import.js';
import { liveNodes } from './import-nodes.js';
import { nestedGraphs, type OnnxModel, readModel, type StoredTensor, type ValueInfo } from './model.js';
import { allReaders } from './ops/registry.js';
import { spellOwnOperators } from './own-operators.js';
import { recognizeGelu } from './patterns.js';

function inspectValue({ name, type, dims }: ValueInfo): InspectedValue {
  const shape = dims?.map((dimension) => (dimension === '' ? '?' : dimension));
  return { name, type: type ?? 'no tensor', ...(shape && { shape }) };
}

/** Bytes of an element of each type that is stored as numbers instead of bytes; the rest is wider than a byte. */
const elementBytes = (type: string): number => {
  const bits = Number(/^(?:u?int|b?float|complex)(\d+)/.exec(type)?.[1] ?? 8);
  return bits / 8;
};

const bytesOf = ({ raw, numbers, type }: StoredTensor): number =>
  raw?.length ?? numbers.length * elementBytes(type);

/** Weights: initializers, and the tensors of Constant nodes. */
function storedTensors(model: OnnxModel): StoredTensor[] {
  return [...nestedGraphs(model)].flatMap(({ initializers, nodes }) => {
    const constants = nodes.flatMap(({ op, outputs, attributes }) => {
      const tensor = op === 'Constant' ? attributes.get('value')?.tensor : undefined;
      return tensor === undefined ? [] : [{ ...tensor, name: outputs[0] ?? tensor.name }];
    });
    return [...initializers.values(), ...constants];
  });
}

/** Ops that stay without a reader once spelled-out ones are recognized, and what no output needs is gone. */
function unreadableOps(model: OnnxModel): ReadonlySet<string> {
  const nodes = liveNodes({ ...model, nodes: recognizeGelu(model, spellOwnOperators(model.nodes)) });
  return new Set(nodes.filter((node) => !isReadable(node, allReaders)).map(fullOpName));
}

/**
 * Tells what an ONNX file holds, without importing it: also of files that use what this library cannot read.
 *
 * @throws {FormatError} when the bytes are no ONNX file, or contradict themselves.
 *
 * @example
 * const { inputs, ops, unsupported } = inspectOnnx(await readFile('model.onnx'));
 */
export function inspectOnnx(bytes: Uint8Array): Inspection {
  const model = readModel(plainBytes(bytes));
  const unreadable = unreadableOps(model);
  const counted = countOps(
    model.nodes.map((node) => ({ op: fullOpName(node), name: node.name || (node.outputs[0] ?? '') })),
    (op) => !unreadable.has(op),
  );
  const tensors = storedTensors(model);
  const stored = countParameters(
    tensors.map((tensor) => ({ ...tensor, shape: tensor.dims, bytes: bytesOf(tensor) })),
  );
  const details: [string, string][] = [
    ['operator set', String(model.opset)],
    ['IR version', String(model.irVersion)],
  ];
  if (model.producer !== '') details.push(['producer', model.producer]);
  if (model.name !== '') details.push(['graph', model.name]);
  const external = tensors.filter((tensor) => tensor.external !== undefined);
  if (external.length > 0) details.push(['external data', `${external.length} tensors lie in other files`]);
  return {
    format: 'onnx',
    details,
    // Old files list their weights among the inputs.
    inputs: model.inputs.filter(({ name }) => !model.initializers.has(name)).map(inspectValue),
    outputs: model.outputs.map(inspectValue),
    ops: counted.ops,
    parameters: stored.parameters,
    unsupported: [
      ...counted.unsupported,
      ...unsupportedKind('functions of the file', model.functions, partReasons.functions),
      ...unsupportedKind(
        'sparse initializers',
        new Array<string>(model.sparseInitializers).fill(''),
        partReasons.sparse,
      ),
      ...stored.unsupported,
    ],
  };
}
