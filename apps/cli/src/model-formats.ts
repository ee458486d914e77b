/** @file Names of model files, for help and messages: which endings are read, inspected and written. */
import { formats } from '@sepconv/formats';

const entries = Object.values(formats);
const endingsOf = (some: typeof entries): string => some.flatMap(({ endings }) => endings).join(', ');

/** Of files that hold a network: `.tflite, .lite, .onnx, .json`. */
export const readEndings = endingsOf(entries.filter(({ read }) => read !== undefined));

export const inspectedEndings = endingsOf(entries);

const written = entries.filter(({ write }) => write !== undefined);
const [networks, weights] = [true, false].map((isNetwork) =>
  endingsOf(written.filter(({ read }) => (read !== undefined) === isNetwork)),
);

/** Of files that are written: `.onnx, or .safetensors for the weights alone`. */
export const writtenEndings = `${networks}, or ${weights} for the weights alone`;
