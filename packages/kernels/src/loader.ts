/** @file The text of the loader that goes with a network compiled ahead of time. */
import type { DType } from '@sepconv/tensor';
import { storedKinds } from './pack/compact.js';
import type { PlacedValue } from './plan/plan.js';

/** What a loader must know of its network. */
export interface LoaderDescription {
  readonly network: string;
  /** Common name of the files. */
  readonly name: string;
  /** Pages of 64 KiB. */
  readonly pages: number;
  readonly weightsAddress: number;
  /** Of the stored weights. */
  readonly fileBytes: number;
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

/** What makes memory of stored weights; see `pack/compact.ts`. */
const unpackSource = (): string => `const half = (bits) => {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? Infinity : (1024 + fraction) * 2 ** (exponent - 25);
  return bits >> 15 ? -size : size;
};

/** Stored weights into memory: bytes as they are, or numbers that were stored in fewer bytes than they have. */
function unpack({ buffer, byteOffset, length }, memory, to) {
  for (let at = byteOffset; at < byteOffset + length; ) {
    const [kind, a, b] = new Int32Array(buffer, at, 3);
    at += 12;
    let size;
    if (kind === ${storedKinds.raw}) {
      size = a;
      new Uint8Array(memory, to, a).set(new Uint8Array(buffer, at, a));
      to += a;
    } else if (kind === ${storedKinds.bytes}) {
      size = 8 * b + a * b;
      const scales = new Float32Array(buffer, at, b);
      const zeros = new Float32Array(buffer, at + 4 * b, b);
      const bytes = new Uint8Array(buffer, at + 8 * b, a * b);
      const target = new Float32Array(memory, to, a * b);
      for (let i = 0; i < a * b; i++) target[i] = (bytes[i] - zeros[i % b]) * scales[i % b];
      to += 4 * a * b;
    } else if (kind === ${storedKinds.halves}) {
      size = 2 * a;
      new Float32Array(memory, to, a).set(Array.from(new Uint16Array(buffer, at, a), half));
      to += 4 * a;
    } else {
      size = a;
      const bytes = new Uint8Array(buffer, at, a);
      const target = new Int16Array(memory, to, a);
      for (let i = 0; i < a; i++) target[i] = bytes[i] + b;
      to += 2 * a;
    }
    at += Math.ceil(size / 4) * 4;
  }
}
`;

/** What finds the files: by the address of this one, which bundlers follow, in browsers and wherever there are files. */
const loadSource = (name: string): string => `const forbidden = (error) =>
  new Error(
    \`this place lets no WebAssembly be made of bytes (\${error.message}): a page's policy has to allow it, script-src 'self' 'wasm-unsafe-eval'; where modules are imported, as at the edge, import ${name}.wasm and call createSession(module, weights)\`,
    { cause: error },
  );

/** A file beside this one: read where it is a file, fetched where it is not. */
async function get(url) {
  if (url.protocol === 'file:' && globalThis.process?.getBuiltinModule) {
    return new Response(await process.getBuiltinModule('node:fs/promises').readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(\`\${url}: \${response.status} \${response.statusText}\`);
  return response;
}

/** Compiled while it comes, where the server says that it is WebAssembly. */
async function compile(response) {
  const isTyped = /^application\\/wasm\\b/.test(response.headers.get('Content-Type') ?? '');
  try {
    return isTyped && WebAssembly.compileStreaming
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw /polic|disallow|forbid|unsafe-eval|code generation|embedder/i.test(error.message) ? forbidden(error) : error;
  }
}

/** Takes ${name}.wasm and ${name}.weights from beside this file, or from \`base\`, and makes a session. */
export async function load(base) {
  const [module, weights] = await Promise.all([
    get(base === undefined ? new URL('./${name}.wasm', import.meta.url) : new URL('${name}.wasm', base)).then(compile),
    get(base === undefined ? new URL('./${name}.weights', import.meta.url) : new URL('${name}.weights', base)).then(
      (response) => response.arrayBuffer(),
    ),
  ]);
  return createSession(module, weights);
}
`;

/** The ES module: it compiles nothing but what it is given, and depends on nothing. */
export function loaderSource(description: LoaderDescription): string {
  const { network, name, pages, weightsAddress, fileBytes, inputs, outputs } = description;
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

${unpackSource()}
/** A session over a compiled module and the bytes of ${name}.weights. */
export async function createSession(module, weights) {
  if (Object.prototype.toString.call(module) !== '[object WebAssembly.Module]') {
    throw new Error('createSession takes a WebAssembly.Module: give what importing ${name}.wasm as a module gives, or what WebAssembly.compile makes of its bytes');
  }
  // A copy, unless it begins at a whole word.
  const isAligned = ArrayBuffer.isView(weights) && weights.byteOffset % 4 === 0;
  const bytes = isAligned
    ? new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)
    : new Uint8Array(ArrayBuffer.isView(weights) ? Uint8Array.from(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)) : weights);
  if (bytes.length !== ${fileBytes}) {
    throw new Error(\`${name}.weights must have ${fileBytes} bytes, but has \${bytes.length}\`);
  }
  const memory = new WebAssembly.Memory({ initial: ${pages}, maximum: ${pages} });
  unpack(bytes, memory.buffer, ${weightsAddress});
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

${loadSource(name)}`;
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

/** Takes ${name}.wasm and ${name}.weights from beside the module, or from \`base\`, and makes a session. */
export function load(base?: string | URL): Promise<Session>;
`;
}
