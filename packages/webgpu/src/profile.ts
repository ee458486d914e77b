/** @file How long each dispatch takes, by the device's own clock. */
import { mapForReading, usage } from './buffer-usage.js';
import { GpuError } from './errors.js';
import type { Dispatch } from './prepare.js';

/** Times that one query set can hold, on every device. */
const mostQueries = 4096;
const bytesOfTime = 8;

/**
 * Runs dispatches one after the other, each in a pass of its own, and reads when it began and ended.
 *
 * @returns microseconds of each.
 * @throws {GpuError} when the device has no timestamps, or there are too many dispatches.
 */
export async function timeDispatches(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
): Promise<readonly number[]> {
  if (!device.features.has('timestamp-query'))
    throw new GpuError(
      'this device has no timestamps: ask its adapter for one with the feature timestamp-query, where it has that',
    );
  const count = 2 * dispatches.length;
  if (count > mostQueries)
    throw new GpuError(`${dispatches.length} dispatches need ${count} times, and a set holds ${mostQueries}`);
  const size = bytesOfTime * count;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const resolved = device.createBuffer({ size, usage: usage.queryResolve | usage.copySource });
  const read = device.createBuffer({ size, usage: usage.mapRead | usage.copyTarget });
  try {
    const encoder = device.createCommandEncoder();
    for (const [index, { pipeline, group, workgroups }] of dispatches.entries()) {
      const timestampWrites = {
        querySet,
        beginningOfPassWriteIndex: 2 * index,
        endOfPassWriteIndex: 2 * index + 1,
      };
      const pass = encoder.beginComputePass({ timestampWrites });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, read, 0, size);
    device.queue.submit([encoder.finish()]);
    await read.mapAsync(mapForReading);
    const times = new BigUint64Array(read.getMappedRange());
    return dispatches.map((_, i) => Number((times[2 * i + 1] as bigint) - (times[2 * i] as bigint)) / 1000);
  } finally {
    querySet.destroy();
    resolved.destroy();
    read.destroy();
  }
}
