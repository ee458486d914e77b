import { Budget } from '../budget.js';
import { plainBytes } from '../bytes.js';
import { decodeTensor } from './constant.js';
import type { OnnxTensor } from './import.js';
import { readTensor } from './model.js';
import { Message } from './wire.js';

/**
 * Reads one tensor by itself, as ONNX's test data has them in files called `input_0.pb`.
 *
 * @throws {DamagedFileError} when the bytes are no tensor, or fewer than its shape asks for.
 * @throws {FormatError} when its element type is not supported.
 */
export function readOnnxTensor(bytes: Uint8Array): OnnxTensor {
  const message = new Message(plainBytes(bytes), 'the tensor file');
  const stored = readTensor((read) => message.forEach(read), 'the tensor file');
  const { type, shape, data } = decodeTensor(stored, new Budget(bytes.length));
  return { type, shape, data };
}
