import type { Engine } from '../plan/engine.js';
import type { KernelCode } from '../plan/kernel-code.js';
import { emitByteConcat, emitBytePad, emitBytePool, emitByteStridedCopy } from './byte-moves.js';
import { emitByteResize } from './byte-resize.js';
import { emitByteRows } from './byte-rows.js';
import { emitByteSoftmax } from './byte-softmax.js';
import type { CallKernel } from './call-kernel.js';
import { emitConvert, emitDynamicQuantize } from './convert.js';
import { emitConcat, emitPad } from './copy.js';
import { emitDepthwise } from './depthwise-conv2d.js';
import { type EmittedFunction, emitBinary, emitChannelwise, emitUnary } from './elementwise.js';
import { emitGather } from './gather.js';
import { emitGemm } from './gemm.js';
import { emitGemmTable } from './gemm-table.js';
import { emitIntegerBinary, emitIntegerMean } from './integer-elements.js';
import { emitIntegerMatmul } from './integer-matmul.js';
import { emitLayerNorm } from './layer-norm.js';
import { emitLookup } from './lookup.js';
import { emitNonMaxSuppression } from './non-max-suppression.js';
import { emitPackMatrix } from './pack-matrix.js';
import { emitGlobalPool, emitPool } from './pool.js';
import { emitResize } from './resize2d.js';
import { emitRowMean } from './row-mean.js';
import { emitRowPairs } from './row-pairs.js';
import { emitSeparable } from './separable.js';
import { emitSoftmax } from './softmax.js';
import { emitStridedCopy } from './strided-copy.js';
import { emitTopK } from './top-k.js';
import { emitWidenRun } from './widen-run.js';
import { emitWidenWindow } from './widen-window.js';

/**
 * The function of a kernel: it runs the units from its first parameter to before its second. `callKernel` is for a kernel that
 * is made of others.
 */
export function emitKernel(engine: Engine, kernel: KernelCode, callKernel: CallKernel): EmittedFunction {
  switch (kernel.kind) {
    case 'gemm-code':
      return emitGemm(engine, kernel, callKernel);
    case 'gemm-table-code':
      return emitGemmTable(kernel, callKernel);
    case 'depthwise-conv2d':
      return emitDepthwise(engine, kernel, callKernel);
    case 'separable-conv2d':
      return emitSeparable(kernel, callKernel);
    case 'pool':
      return emitPool(kernel);
    case 'global-pool':
      return emitGlobalPool(kernel);
    case 'unary':
      return emitUnary(engine, kernel);
    case 'binary':
      return emitBinary(engine, kernel);
    case 'channelwise':
      return emitChannelwise(engine, kernel);
    case 'row-mean':
      return emitRowMean(kernel);
    case 'layer-norm':
      return emitLayerNorm(kernel);
    case 'softmax':
      return emitSoftmax(engine, kernel);
    case 'pad':
      return emitPad(kernel);
    case 'concat':
      return emitConcat(kernel);
    case 'pack-matrix':
      return emitPackMatrix(kernel);
    case 'resize':
      return emitResize(engine, kernel);
    case 'strided-copy':
      return emitStridedCopy(kernel);
    case 'widen-run':
      return emitWidenRun(kernel);
    case 'widen-window':
      return emitWidenWindow(kernel);
    case 'byte-rows':
      return emitByteRows(kernel);
    case 'row-pairs':
      return emitRowPairs(kernel);
    case 'integer-matmul':
      return emitIntegerMatmul(kernel);
    case 'integer-binary':
      return emitIntegerBinary(engine, kernel);
    case 'integer-mean':
      return emitIntegerMean(engine, kernel);
    case 'convert':
      return emitConvert(kernel);
    case 'dynamic-quantize':
      return emitDynamicQuantize(kernel);
    case 'byte-pad':
      return emitBytePad(kernel);
    case 'byte-concat':
      return emitByteConcat(kernel);
    case 'byte-strided-copy':
      return emitByteStridedCopy(kernel);
    case 'byte-pool':
      return emitBytePool(kernel);
    case 'byte-resize':
      return emitByteResize(kernel);
    case 'non-max-suppression':
      return emitNonMaxSuppression(kernel);
    case 'byte-softmax':
      return emitByteSoftmax(kernel);
    case 'top-k':
      return emitTopK(kernel);
    case 'gather':
      return emitGather(kernel);
    case 'lookup':
      return emitLookup(kernel);
  }
}
