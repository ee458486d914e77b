/** @file How ops that the graph does not have are made of those that it has: the same rules for every format. */
import type { AttributesOf, OpName } from '@sepconv/graph';
import { filled, type Shape, type Tensor } from '@sepconv/tensor';

/** A node that is still to be appended: the last one of what an operator becomes, which its reader names. */
export interface Step<Name extends OpName = OpName> {
  readonly op: Name;
  readonly inputs: readonly string[];
  readonly attributes: AttributesOf[Name];
}

/** What a format's reader appends nodes and parameters with. */
export interface Host {
  /** Appends a node that is not the last one, and returns its value. */
  helper<Name extends OpName>(op: Name, inputs: readonly string[], attributes: AttributesOf[Name]): string;
  /** Adds a parameter, and returns its name. */
  constant(tensor: Tensor<'float32'>): string;
  shape(value: string): Shape;
}

/** Ops without attributes. */
type PlainOpName = {
  [Name in OpName]: Readonly<Record<string, never>> extends AttributesOf[Name] ? Name : never;
}[OpName];

/** The node as a last one. */
export function step<Name extends PlainOpName>(op: Name, inputs: readonly string[]): Step<Name>;
export function step<Name extends OpName>(
  op: Name,
  inputs: readonly string[],
  attributes: AttributesOf[Name],
): Step<Name>;
export function step(op: OpName, inputs: readonly string[], attributes: object = {}): Step {
  return { op, inputs, attributes: attributes as never };
}

/** Appends nodes by a {@link Host}; every value is called by its name. */
export class Composer {
  readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** Appends a node that another one reads. */
  add({ op, inputs, attributes }: Step): string {
    return this.host.helper(op, inputs, attributes as never);
  }

  /** Appends a node without attributes that another one reads. */
  plain(op: PlainOpName, ...inputs: readonly string[]): string {
    return this.host.helper(op, inputs, {} as never);
  }

  shape(value: string): Shape {
    return this.host.shape(value);
  }

  constant(tensor: Tensor<'float32'>): string {
    return this.host.constant(tensor);
  }

  /** A parameter that stretches to any shape. */
  number(value: number): string {
    return this.constant(filled('float32', [1], value));
  }

  /** The value under another shape, with its elements in order. */
  reshaped(value: string, shape: Shape): string {
    return this.add(step('reshape', [value], { shape: [...shape] }));
  }
}
