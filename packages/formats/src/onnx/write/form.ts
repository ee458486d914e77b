/** The forms of {@link OnnxForm}, the usual one first. */
export const onnxForms = ['qdq', 'qlinear'] as const;

/**
 * How products of quantized integers are written: `qdq` in real numbers between DequantizeLinear and QuantizeLinear, which runtimes
 * join to ops on integers of their own; `qlinear` as the standard's QLinearConv and QLinearMatMul.
 */
export type OnnxForm = (typeof onnxForms)[number];
