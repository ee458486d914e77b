/** @file Counts what anybody in this page asks of its GPU: facts that hold on any adapter. */

/** What was launched since the count was taken last. */
export interface Launched {
  readonly dispatches: number;
  /** Bytes of the buffer ranges that are bound to dispatches, counted for each. */
  readonly boundBytes: number;
}

const bytesOf = (resource: GPUBindingResource): number => {
  if ('buffer' in resource) return resource.size ?? resource.buffer.size - (resource.offset ?? 0);
  return 'usage' in resource && 'size' in resource ? (resource as GPUBuffer).size : 0;
};

/** Watches from now on; the function gives what there was, and begins anew. */
export function watchDispatches(): () => Launched {
  const groupBytes = new WeakMap<GPUBindGroup, number>();
  const bound = new WeakMap<GPUComputePassEncoder, Map<number, number>>();
  let [dispatches, boundBytes] = [0, 0];
  const device = GPUDevice.prototype;
  const { createBindGroup } = device;
  device.createBindGroup = function create(descriptor) {
    const group = createBindGroup.call(this, descriptor);
    const bytes = [...descriptor.entries].reduce((sum, { resource }) => sum + bytesOf(resource), 0);
    groupBytes.set(group, bytes);
    return group;
  };
  const pass = GPUComputePassEncoder.prototype;
  const { setBindGroup, dispatchWorkgroups, dispatchWorkgroupsIndirect } = pass;
  pass.setBindGroup = function set(this: GPUComputePassEncoder, ...given: unknown[]) {
    const [index, group] = given as [number, GPUBindGroup | null];
    const groups = bound.get(this) ?? new Map<number, number>();
    groups.set(index, group === null ? 0 : (groupBytes.get(group) ?? 0));
    bound.set(this, groups);
    return Reflect.apply(setBindGroup, this, given);
  } as typeof setBindGroup;
  const count = (encoder: GPUComputePassEncoder): void => {
    dispatches++;
    for (const bytes of bound.get(encoder)?.values() ?? []) boundBytes += bytes;
  };
  pass.dispatchWorkgroups = function dispatch(...workgroups) {
    count(this);
    return dispatchWorkgroups.apply(this, workgroups);
  };
  pass.dispatchWorkgroupsIndirect = function dispatch(...from) {
    count(this);
    return dispatchWorkgroupsIndirect.apply(this, from);
  };
  return () => {
    const launched = { dispatches, boundBytes };
    [dispatches, boundBytes] = [0, 0];
    return launched;
  };
}
