/** @file `--shape x=1x3x48x192`: shapes of inputs that a model file leaves open. */
import type { InputShapes, OpenShapeError } from '@sepconv/formats';
import { InvalidArgumentError, Option } from 'commander';
import { printable } from './errors.js';

const form = /^(.+)=(\d+(?:[x×]\d+)*)$/s;

/** Reads one `--shape` into what those before it said. */
function addShape(text: string, before: InputShapes = {}): InputShapes {
  const [, name = '', list = ''] = form.exec(text) ?? [];
  const shape = list.split(/[x×]/).map(Number);
  if (name === '' || shape.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new InvalidArgumentError('It must be the name of an input and its sizes, such as x=1x3x224x224.');
  }
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`The input ${name} has a shape already.`);
  // As an own property, whatever the name: "__proto__" is somebody's input too.
  return Object.fromEntries([...Object.entries(before), [name, shape]]);
}

/** `--shape`, the same in every command that takes a model file. */
export function shapeOption(): Option {
  return new Option(
    '--shape <input=sizes>',
    'of a model file: an input that it leaves open, as the file counts it, such as x=1x3x224x224; may be repeated',
  ).argParser(addShape);
}

/** What a file leaves open, and the flag that says it. */
export function askForShape({ input, dims }: OpenShapeError): string {
  const open = dims.map((dimension) => (typeof dimension === 'number' && dimension > 0 ? dimension : '?'));
  // A batch of one is what is wanted, mostly.
  const wanted = open.map((dimension, axis) => (axis === 0 && dimension === '?' ? 1 : dimension));
  const name = printable(input);
  if (open.length === 0) {
    return `it has no shape for its input "${name}"; give one, such as --shape ${name}=1x3x224x224`;
  }
  return `it leaves the shape of its input "${name}" open, ${open.join('×')}; give it as --shape ${name}=${wanted.join('x')} with a number for each ?`;
}
