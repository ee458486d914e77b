/** @file Where a network's inputs come from: tensors, buffers of the device, pictures. */
import { type GraphInput, namedInputs } from '@sepconv/graph';
import { elementCount, type Tensor } from '@sepconv/tensor';
import { usage } from './buffer-usage.js';
import { GpuError } from './errors.js';
import { type GpuPicture, isPicture, type Pictures } from './pictures.js';
import type { Prepared, Range } from './prepare.js';

/** What an input may be: a tensor, a buffer of the session's device that holds its float32 elements, or a picture. */
export type GpuInput = Tensor | GPUBuffer | GpuPicture;

const isBuffer = (input: unknown): input is GPUBuffer =>
  typeof input === 'object' && input !== null && 'mapAsync' in input && 'usage' in input;

/** A buffer's elements to where the input lies. */
function copy(device: GPUDevice, source: GPUBuffer, { name, shape }: GraphInput, target: Range): void {
  const bytes = 4 * elementCount(shape);
  if (source.size !== bytes)
    throw new GpuError(`the buffer for the input "${name}" must have ${bytes} bytes, not ${source.size}`);
  if ((source.usage & usage.copySource) === 0)
    throw new GpuError(`the buffer for the input "${name}" must have the usage COPY_SRC`);
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, target.buffer, target.offset, bytes);
  device.queue.submit([encoder.finish()]);
}

/**
 * Puts inputs in their places. Nothing is written before all of them are known to be there.
 *
 * @throws {GpuError} when one is missing, unknown, or does not fit.
 */
export function upload(
  device: GPUDevice,
  { plan: { inputs }, rangeOf }: Prepared,
  pictures: Pictures,
  given: GpuInput | ReadonlyMap<string, GpuInput>,
): void {
  const named = given instanceof Map ? given : new Map([[inputs[0]?.name ?? '', given as GpuInput]]);
  const isHere = (name: string): boolean => isBuffer(named.get(name)) || isPicture(named.get(name));
  const tensors = new Map([...named].filter(([name]) => !isHere(name)));
  const others = inputs.filter(({ name }) => !isHere(name));
  const isAlone = !(given instanceof Map) && tensors.size > 0;
  const arrays = namedInputs(others, (isAlone ? given : tensors) as Tensor | Map<string, Tensor>, GpuError);
  const targetOf = (value: string): Range => rangeOf({ kind: 'value', value });
  for (const [name, input] of named) {
    if (!isHere(name)) continue;
    const type = inputs.find((each) => each.name === name);
    if (type === undefined)
      throw new GpuError(
        `the network has no input "${name}"; it has ${inputs.map((each) => each.name).join(', ')}`,
      );
    if (isPicture(input)) pictures.write(input, type, targetOf(name));
    else copy(device, input as GPUBuffer, type, targetOf(name));
  }
  for (const [name, { data }] of arrays) {
    const { buffer, offset } = targetOf(name);
    device.queue.writeBuffer(buffer, offset, data as Float32Array<ArrayBuffer>);
  }
}
