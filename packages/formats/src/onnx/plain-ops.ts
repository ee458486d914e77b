/** @file Ops on one number that ONNX has under another name and without attributes: they are read and written as they are. */
import type { UnaryOpName } from '@sepconv/graph';

/** The graph's op by ONNX's. */
export const plainOps = {
  Abs: 'abs',
  Ceil: 'ceil',
  Cos: 'cos',
  Erf: 'erf',
  Exp: 'exp',
  Floor: 'floor',
  HardSwish: 'hard-swish',
  Log: 'log',
  Neg: 'neg',
  Relu: 'relu',
  Round: 'round',
  Sigmoid: 'sigmoid',
  Sin: 'sin',
  Softplus: 'softplus',
  Sqrt: 'sqrt',
  Tanh: 'tanh',
} as const satisfies Readonly<Record<string, UnaryOpName>>;
