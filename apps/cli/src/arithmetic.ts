/** @file With which numbers a quantized model is computed: those that its integers stand for, or its integers. */
import type { Arithmetic, ImportedNetwork, InputShapes } from '@sepconv/formats';
import type { Graph, ValueType } from '@sepconv/graph';
import { type CompileOptions, compile, compileFastest, type Session } from '@sepconv/kernels';
import { SepconvError } from '@sepconv/tensor';
import { Option } from 'commander';
import { DataError } from './errors.js';
import { readNetworkFile } from './network-file.js';
import { formatMilliseconds } from './reports/numbers.js';

/** What the command line says; `auto` takes the faster one where a model can be computed with both. */
export type ArithmeticChoice = Arithmetic | 'auto';

/** Which arithmetic computes, and why where it was chosen here. */
export interface ArithmeticReport {
  readonly name: Arithmetic;
  readonly reason: string;
}

/** A model file, read for one arithmetic. */
export interface Reading {
  readonly arithmetic: ArithmeticReport;
  readonly imported: ImportedNetwork;
}

/** A model file, read for each arithmetic that is possible and not excluded by the command line; float32 first. */
export type Readings = readonly [Reading, ...Reading[]];

const meanings =
  "'float32', the numbers that its integers stand for, or 'integer', its integers: of .tflite rounded as TensorFlow Lite's XNNPACK does (ops without an integer form within one step), of .onnx rounded wherever the file says so, or 'runtime', the same, and activations that meet int8 weights of a .tflite rounded as LiteRT does it";

/** `--arithmetic` of commands that run a network. */
export function arithmeticOption(): Option {
  return new Option(
    '--arithmetic <kind>',
    `what a quantized model is computed with: ${meanings}; 'auto' runs both in turns for a third of a second and takes the faster one`,
  )
    .choices(['auto', 'float32', 'integer', 'runtime'])
    .default('auto');
}

/** `--arithmetic` of commands whose result must not depend on a measurement. */
export function fixedArithmeticOption(): Option {
  return new Option('--arithmetic <kind>', `what a quantized model is read as: ${meanings}`)
    .choices(['float32', 'integer', 'runtime'])
    .default('float32');
}

function hasIntegers(graph: Graph): boolean {
  const isInteger = ({ dtype }: ValueType): boolean => dtype === 'int8' || dtype === 'uint8';
  if ([...graph.inputs, ...graph.parameters].some(isInteger)) return true;
  // An ONNX file may round between its layers only.
  return graph.nodes.some(({ op }) => op === 'quantize' || op === 'dynamic-quantize');
}

/**
 * Checks that a network that is to be computed with integers has some.
 *
 * @throws {DataError} saying what to do.
 */
function expectIntegers(graph: Graph): void {
  if (hasIntegers(graph)) return;
  throw new DataError(
    `"${graph.name}" has no quantized layer to compute with integers: leave --arithmetic out, or give a .tflite or .onnx file of int8 or uint8`,
  );
}

/** The model with its integers, where it has some that are more than the float32 reading has. */
async function integerReading(
  path: string,
  shapes: InputShapes | undefined,
  plain: Graph,
): Promise<Reading | string> {
  try {
    const imported = await readNetworkFile(path, { arithmetic: 'integer', shapes });
    const { graph } = imported.network;
    if (!hasIntegers(graph)) return 'the model has no integers';
    if (JSON.stringify(graph) === JSON.stringify(plain))
      return 'the model says itself where it is of integers';
    return { arithmetic: { name: 'integer', reason: '' }, imported };
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    return `its integers cannot be computed: ${error.message}`;
  }
}

/**
 * Reads a model file as the command line wants it.
 *
 * @throws {DataError} when the file cannot be used, or is asked for its integers and has none.
 */
export async function readModel(
  path: string,
  choice: ArithmeticChoice,
  shapes: InputShapes | undefined,
): Promise<Readings> {
  const imported = await readNetworkFile(path, {
    arithmetic: choice === 'auto' ? 'float32' : choice,
    shapes,
  });
  const { graph } = imported.network;
  if (choice === 'integer') expectIntegers(graph);
  if (choice !== 'auto') return [{ arithmetic: { name: choice, reason: 'asked for' }, imported }];
  const integers = await integerReading(path, shapes, graph);
  const isString = typeof integers === 'string';
  const first: Reading = { arithmetic: { name: 'float32', reason: isString ? integers : '' }, imported };
  return isString ? [first] : [first, integers];
}

/** The reading that is faster here, compiled; of two they run in turns. */
export async function compileReadings(
  readings: Readings,
  options: CompileOptions,
): Promise<{ readonly reading: Reading; readonly session: Session }> {
  const [plain, integer] = readings;
  if (integer === undefined)
    return { reading: plain, session: await compile(plain.imported.network, options) };
  try {
    const networks = { float32: plain.imported.network, integer: integer.imported.network };
    const { name, session, milliseconds } = await compileFastest(networks, options);
    const other = name === 'integer' ? 'float32' : 'integer';
    const took = (which: 'float32' | 'integer'): string => formatMilliseconds(milliseconds.get(which) ?? 0);
    const reason = `the faster one here: ${took(name)} a run, ${other} ${took(other)}`;
    const { imported } = name === 'integer' ? integer : plain;
    return { reading: { imported, arithmetic: { name, reason } }, session };
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    // Whatever is wrong with float32 too is said by its own error.
    const session = await compile(plain.imported.network, options);
    const reason = `its integers cannot run here: ${error.message}`;
    return { reading: { ...plain, arithmetic: { name: 'float32', reason } }, session };
  }
}

const names: Readonly<Record<Arithmetic, string>> = {
  float32: 'float32',
  integer: 'integer arithmetic',
  runtime: "the runtime's arithmetic",
};

/** An arithmetic and why it was taken, as reports say it. */
export const arithmeticText = ({ name, reason }: ArithmeticReport): string => `${names[name]} (${reason})`;
