import type { Access, Kernel } from '../plan/kernel.js';
import { emitDepthwise } from './depthwise.js';
import { emitElements } from './elements.js';
import { emitPool, emitResize } from './images.js';
import { emitInverted } from './inverted.js';
import { emitProduct } from './product.js';
import { emitReduce, emitRows } from './reductions.js';
import { emitGather, emitTopK } from './selections.js';

/** The WGSL of a kernel whose operands are bound so. Equal kernels give equal text. */
export function emitKernel(kernel: Kernel, accesses: readonly Access[]): string {
  switch (kernel.kind) {
    case 'product':
      return emitProduct(kernel, accesses);
    case 'inverted':
      return emitInverted(kernel, accesses);
    case 'depthwise':
      return emitDepthwise(kernel, accesses);
    case 'elements':
      return emitElements(kernel, accesses);
    case 'reduce':
      return emitReduce(kernel, accesses);
    case 'softmax':
    case 'layer-norm':
      return emitRows(kernel, accesses);
    case 'pool':
      return emitPool(kernel, accesses);
    case 'resize':
      return emitResize(kernel, accesses);
    case 'gather':
      return emitGather(kernel, accesses);
    case 'top-k':
      return emitTopK(kernel, accesses);
  }
}
