/** @file What buffers are for, as numbers: Node has no globals of them. */

/** Of GPUBufferUsage. */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
  queryResolve: 512,
} as const;

/** Of GPUMapMode. */
export const mapForReading = 1;
