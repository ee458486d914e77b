/** @file The text of the loader that goes with a network compiled ahead of time. */
import type { DType } from '@sepconv/tensor';
import type { PlacedValue } from './plan/plan.js';

/** What a loader must know of its network. */
export interface LoaderDescription {
  readonly network: string;
  /** Common name of the files. */
  readonly name: string;
  /** Pages of 64 KiB. */
  readonly pages: number;
  readonly weightsAddress: number;
  readonly weightBytes: number;
  readonly inputs: readonly PlacedValue[];
  readonly outputs: readonly PlacedValue[];
}

/** A name inside a comment: nothing in it may end the comment or the line. */
const inComment = (text: string): string => JSON.stringify(text).replaceAll('*/', '* /');

/** The array that holds a value; float16 and float64 stay outside the engine. */
const arrayOf = ({ dtype }: PlacedValue): string =>
  (({ int8: 'Int8Array', uint8: 'Uint8Array', int32: 'Int32Array' }) as Partial<Record<DType, string>>)[
    dtype
  ] ?? 'Float32Array';

/** The names of values with their arrays, as the members of an object type. */
const viewTypes = (values: readonly PlacedValue[]): string =>
  `{ ${values.map((value) => `readonly ${JSON.stringify(value.name)}: ${arrayOf(value)}`).join('; ')} }`;

const shapesOf = (values: readonly PlacedValue[]): string =>
  values.map(({ name, shape }) => `${inComment(name)} ${shape.join('×')}`).join(', ');

/** Values as the text of an array of objects. */
const placed = (values: readonly PlacedValue[]): string =>
  `[${values
    .map((value) => {
      const { name, shape, address } = value;
      const fields = JSON.stringify({ name, shape, address });
      return `{ ...${fields}, array: ${arrayOf(value)} }`;
    })
    .join(', ')}]`;

/** The ES module: it compiles nothing but what it is given, and depends on nothing. */
export function loaderSource(description: LoaderDescription): string {
  const { network, name, pages, weightsAddress, weightBytes, inputs, outputs } = description;
  return `// ${inComment(network)}, compiled ahead of time by @sepconv/kernels.
const inputs = ${placed(inputs)};
const outputs = ${placed(outputs)};

const views = (values, buffer) =>
  Object.fromEntries(
    values.map(({ name, shape, address, array }) => [
      name,
      new array(buffer, address, shape.reduce((product, size) => product * size, 1)),
    ]),
  );

/** A session over a compiled module and the bytes of ${name}.weights. */
export async function createSession(module, weights) {
  const bytes = ArrayBuffer.isView(weights)
    ? new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)
    : new Uint8Array(weights);
  if (bytes.length !== ${weightBytes}) {
    throw new Error(\`${name}.weights must have ${weightBytes} bytes, but has \${bytes.length}\`);
  }
  const memory = new WebAssembly.Memory({ initial: ${pages}, maximum: ${pages} });
  new Uint8Array(memory.buffer, ${weightsAddress}).set(bytes);
  const { exports } = await WebAssembly.instantiate(module, { environment: { memory } });
  const inputViews = views(inputs, memory.buffer);
  const outputViews = views(outputs, memory.buffer);
  return {
    inputs: inputViews,
    outputs: outputViews,
    run(given = inputViews) {
      const isArray = typeof given?.length === 'number';
      if (isArray && inputs.length !== 1) {
        throw new Error('the network has ${inputs.length} inputs: give their arrays by name');
      }
      const arrays = isArray ? { [inputs[0].name]: given } : given;
      for (const name of Object.keys(arrays)) {
        if (!Object.hasOwn(inputViews, name)) throw new Error(\`the network has no input "\${name}"\`);
      }
      // Nothing is copied before all of them are known to fit.
      for (const [name, view] of Object.entries(inputViews)) {
        const array = arrays[name];
        if (array?.length !== view.length) {
          throw new Error(\`the input "\${name}" needs \${view.length} numbers, not \${array?.length ?? array}\`);
        }
        if (view instanceof Float32Array || array.constructor === view.constructor) continue;
        const wrong = Array.from(array).find((value) => view.constructor.of(value)[0] !== value);
        if (wrong !== undefined) {
          throw new Error(\`the input "\${name}" is a \${view.constructor.name}, which cannot hold \${wrong}\`);
        }
      }
      for (const [name, view] of Object.entries(inputViews)) if (arrays[name] !== view) view.set(arrays[name]);
      exports.run();
      return isArray ? outputViews[outputs[0].name] : outputViews;
    },
  };
}

/** Fetches ${name}.wasm and ${name}.weights from beside this file, or from \`base\`, and makes a session. */
export async function load(base = import.meta.url) {
  const get = async (file) => {
    const response = await fetch(new URL(file, base));
    if (!response.ok) throw new Error(\`\${file}: \${response.status} \${response.statusText}\`);
    return response;
  };
  const [module, weights] = await Promise.all([
    WebAssembly.compileStreaming(get('${name}.wasm')),
    get('${name}.weights').then((response) => response.arrayBuffer()),
  ]);
  return createSession(module, weights);
}
`;
}

/** The two ways to run: on one array, where there is one input, and on arrays by name. */
function runTypes(inputs: readonly PlacedValue[], outputs: readonly PlacedValue[]): string {
  const [first] = outputs;
  const single = `  /** Runs on an array, row-major, images as N, H, W, C; returns the first output's view. */
  run(input: ArrayLike<number>): ${first === undefined ? 'undefined' : arrayOf(first)};
`;
  const names = inputs.map(({ name }) => `readonly ${JSON.stringify(name)}: ArrayLike<number>`).join('; ');
  return `${inputs.length === 1 ? single : ''}  /** Runs on arrays by name, or without any on what lies in \`inputs\`; returns \`outputs\`. */
  run(inputs?: { ${names} }): Session['outputs'];
`;
}

/** The loader's declarations. */
export function loaderTypes({ network, name, inputs, outputs }: LoaderDescription): string {
  return `/** ${inComment(network)}: inputs ${shapesOf(inputs)}; outputs ${shapesOf(outputs)}. */
export interface Session {
  /** Views into the session's memory; a run may overwrite them. */
  readonly inputs: ${viewTypes(inputs)};
  /** Views into the session's memory, valid until the next run. */
  readonly outputs: ${viewTypes(outputs)};
${runTypes(inputs, outputs)}}

/** A session over a compiled module and the bytes of ${name}.weights. */
export function createSession(module: WebAssembly.Module, weights: ArrayBuffer | ArrayBufferView): Promise<Session>;

/** Fetches ${name}.wasm and ${name}.weights from beside the module, or from \`base\`, and makes a session. */
export function load(base?: string | URL): Promise<Session>;
`;
}
