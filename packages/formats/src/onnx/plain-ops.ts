/** @file Ops on one number that ONNX has under another name and without attributes: they are read and written as they are. */
import type { UnaryOpName } from '@sepconv/graph';

/** The graph's op by ONNX's. */
export const plainOps = {
  Abs: 'abs',
  Erf: 'erf',
  Exp: 'exp',
  HardSwish: 'hard-swish',
  Neg: 'neg',
  Relu: 'relu',
  Sigmoid: 'sigmoid',
  Softplus: 'softplus',
  Sqrt: 'sqrt',
  Tanh: 'tanh',
} as const satisfies Readonly<Record<string, UnaryOpName>>;
