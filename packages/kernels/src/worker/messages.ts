/** @file What a session in a worker and its owner tell one another, and how tensors and errors travel. */
import { GraphError, type Network, ShapeError } from '@sepconv/graph';
import { deferFloat32, deferTranspose, SepconvError, type Tensor, TensorError } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import type { PlacedValue } from '../plan/plan.js';
import type { CompileOptions, SessionMemory } from '../session.js';

/** A tensor on its way: one that is made of another goes as what it is made of. */
export type SentTensor = Omit<Tensor, 'data'> &
  (
    | { readonly data: Tensor['data'] }
    | { readonly from: SentTensor; readonly permutation: readonly number[] }
  );

/** A session's engine and threads, as they were last heard of. */
export interface EngineState {
  readonly name: string;
  readonly reason: string;
  readonly threads: number;
}

/** What the owner asks for. Runs are asked for one at a time. */
export type SessionRequest =
  | {
      readonly kind: 'compile';
      readonly graph: Network['graph'];
      readonly weights: readonly (readonly [string, SentTensor])[];
      readonly options: CompileOptions;
    }
  | { readonly kind: 'run'; readonly inputs: readonly (readonly [string, SentTensor])[] }
  | { readonly kind: 'ready' };

/** What the worker answers, in the order of the requests. */
export type SessionAnswer =
  | {
      readonly kind: 'compiled';
      readonly engine: EngineState;
      readonly memory: SessionMemory;
      readonly inputs: readonly PlacedValue[];
    }
  | {
      readonly kind: 'ran';
      readonly engine: EngineState;
      readonly outputs: readonly (readonly [string, SentTensor])[];
    }
  | { readonly kind: 'ready'; readonly engine: EngineState }
  | { readonly kind: 'failed'; readonly error: SentError };

/** How the two reach one another. */
export interface SessionPort {
  receive(handle: (request: SessionRequest) => void): void;
  send(answer: SessionAnswer, transfer: readonly ArrayBuffer[]): void;
}

/** A tensor as it is sent. An array that is a small part of its memory goes without the rest; of shared memory nothing is copied. */
export function toSent(tensor: Tensor): SentTensor {
  const { dtype, shape, quantization, origin } = tensor;
  const type = { dtype, shape, ...(quantization && { quantization }) };
  if (origin !== undefined) return { ...type, from: toSent(origin.from), permutation: origin.permutation };
  return { ...type, data: tensor.data };
}

/** A tensor that was sent. */
export function fromSent(sent: SentTensor): Tensor {
  if ('data' in sent) return sent as Tensor;
  const turned = deferTranspose(fromSent(sent.from), sent.permutation);
  return sent.dtype === turned.dtype ? turned : deferFloat32(turned);
}

/** An error on its way. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

/** The errors that a session may throw, by their names. */
const errors: Readonly<Record<string, new (message: string) => SepconvError>> = {
  EngineError,
  GraphError,
  SepconvError,
  ShapeError,
  TensorError,
};

/** An error as it is sent. */
export function toSentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack };
}

/** An error that was sent, of the class that it had. */
export function fromSentError({ name, message, stack }: SentError): Error {
  const known = errors[name];
  if (known !== undefined) return new known(message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
