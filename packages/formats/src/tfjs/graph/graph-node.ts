/**
 * @file Nodes of a TensorFlow graph as JSON writes them: numbers of 64 bits as texts, texts in base64. Source:
 * https://github.com/tensorflow/tensorflow, core/framework/node_def.proto and attr_value.proto.
 */
import { maxRank } from '../../budget.js';
import { quote, refuse } from '../../errors.js';
import type { Json } from '../../json.js';
import { JsonObject } from '../json.js';

/** What a node reads: an output of another one. */
export interface NodeRef {
  readonly node: string;
  readonly output: number;
}

/** `name`, `name:1`; control dependencies, `^name`, carry no tensor. */
export function readRef(text: string): NodeRef {
  const [, node = text, output] = /^(.*):(\d{1,4})$/s.exec(text) ?? [];
  return { node, output: Number(output ?? 0) };
}

/** An integer that may be written as a text. */
function integer(value: Json | undefined, what: string): number {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  if (Number.isSafeInteger(number)) return number as number;
  return refuse(`${what} must be an integer, not ${quote(String(value))}`);
}

/** A text in base64; old converters wrote it plainly, or as a list of bytes. */
function text(value: Json | undefined, what: string): string {
  if (Array.isArray(value) && value.length < 1000 && value.every((byte) => typeof byte === 'number')) {
    return String.fromCharCode(...(value as number[]));
  }
  if (typeof value !== 'string') return refuse(`${what} must be a text`);
  try {
    return atob(value);
  } catch {
    return value;
  }
}

/** One operation of the graph. */
export class GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly NodeRef[];
  /** Nodes that have to run before, but whose result is not read. */
  readonly controls: readonly string[];
  readonly #attributes: JsonObject;

  constructor(json: JsonObject) {
    this.name = json.string('name');
    this.op = json.string('op');
    const inputs = json
      .list('input')
      .map((input) => (typeof input === 'string' ? input : refuse(`${json.path}.input must be texts`)));
    this.inputs = inputs.filter((input) => !input.startsWith('^')).map(readRef);
    this.controls = inputs.filter((input) => input.startsWith('^')).map((input) => input.slice(1));
    this.#attributes = json.has('attr') ? json.object('attr') : new JsonObject({}, `${json.path}.attr`);
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  text(name: string, absent: string): string {
    return this.has(name) ? text(this.#value(name, 's'), name) : absent;
  }

  texts(name: string): string[] {
    return this.#list(name, 's').map((value) => text(value, name));
  }

  integer(name: string, absent: number): number {
    return this.has(name) ? integer(this.#value(name, 'i') ?? '0', name) : absent;
  }

  /** Integers, one per dimension. */
  integers(name: string): number[] {
    const list = this.#list(name, 'i');
    if (list.length > 2 * maxRank) refuse(`${name} has ${list.length} numbers`);
    return list.map((value) => integer(value, name));
  }

  number(name: string, absent: number): number {
    const value = this.has(name) ? (this.#value(name, 'f') ?? 0) : absent;
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : refuse(`${name} must be a finite number`);
  }

  boolean(name: string): boolean {
    return this.has(name) && this.#value(name, 'b') === true;
  }

  /** Type attributes, such as `DT_FLOAT`. */
  type(name: string): string {
    const value = this.has(name) ? this.#value(name, 'type') : undefined;
    return typeof value === 'string' ? value : '';
  }

  /** Dimensions of a shape attribute; open ones are `undefined`. */
  shape(name: string): readonly (number | undefined)[] | undefined {
    if (!this.has(name)) return undefined;
    const attribute = this.#attributes.object(name);
    return attribute.has('shape') ? readShape(attribute.object('shape')) : undefined;
  }

  #value(name: string, kind: string): Json | undefined {
    return this.#attributes.object(name).get(kind);
  }

  #list(name: string, kind: string): readonly Json[] {
    if (!this.has(name)) return [];
    const attribute = this.#attributes.object(name);
    return attribute.has('list') ? attribute.object('list').list(kind) : [];
  }
}

/** A TensorShapeProto: open dimensions are −1; nothing at all where even their number is open. */
export function readShape(shape: JsonObject): (number | undefined)[] | undefined {
  if (shape.get('unknownRank') === true) return undefined;
  const dims = shape.objects('dim');
  if (dims.length > maxRank) refuse(`${shape.path} has ${dims.length} dimensions`);
  return dims.map((dim) => {
    const size = integer(dim.get('size') ?? '0', `${dim.path}.size`);
    return size < 0 ? undefined : size;
  });
}
