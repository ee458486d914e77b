/**
 * @file Runs one of ONNX's operator tests. Its model takes weights, shapes and axes as inputs too; where a network must
 * know them when it is built, they are bound as constants.
 */
import { createTensor, type Tensor, zeros } from '@sepconv/tensor';
import { disagreement } from './compare.ts';
import type { FileTensor, OnnxCase, OnnxDataSet, OnnxFormats, OnnxResult, RunNetwork } from './types.ts';

type Outcome = Omit<OnnxResult, 'name'>;
type Opened = Awaited<ReturnType<OnnxFormats['openOnnx']>>;

/**
 * Which inputs are constants, in the order in which it is tried: all but the first, as in real models; none; all but the
 * second; all, which tests what is computed at load.
 */
const bindings: readonly ((input: number) => boolean)[] = [
  (i) => i > 0,
  () => false,
  (i) => i !== 1,
  () => true,
];

const failed = (why: string): Outcome => ({ status: 'failed', atLoad: false, why });
const unsupported = (why: string): Outcome => ({ status: 'unsupported', atLoad: false, why });

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A tensor of the file in the type that the network takes; real numbers of any type are float32 there. */
function tensorOf({ shape, data }: FileTensor, dtype: Tensor['dtype']): Tensor {
  const tensor = zeros(dtype, [data.length]);
  tensor.data.set(data);
  return createTensor(dtype, shape, tensor.data) as Tensor;
}

/** What a case is run with. */
interface Surroundings {
  readonly formats: OnnxFormats;
  readonly run: RunNetwork;
  readonly files: OnnxCase['files'];
}

/** Whether a file was refused for what it uses; what is damaged has failed. */
const isRefusal = (error: unknown, { FormatError, DamagedFileError }: OnnxFormats): error is Error =>
  error instanceof FormatError && !(error instanceof DamagedFileError);

/** Tensors by the names of the model's inputs; a data set may leave optional inputs at the end out. */
function givenInputs(model: Opened, tensors: readonly FileTensor[]): ReadonlyMap<string, FileTensor> {
  // Data sets count the inputs with defaults as well, behind the others.
  const names = [...model.inputs, ...model.defaults].map(({ name }) => name);
  return new Map(names.slice(0, tensors.length).map((name, i) => [name, tensors[i] as FileTensor]));
}

/** The largest float32; what lies beyond is an infinity there. */
const mostFloat32 = (2 - 2 ** -23) * 2 ** 127;

/** Why a case is of numbers that float32 does not have. */
function beyondFloat32(tensors: readonly FileTensor[], what: string): string | undefined {
  for (const [i, { data }] of tensors.entries()) {
    const number = data.find((value) => Number.isFinite(value) && Math.abs(value) > mostFloat32);
    if (number !== undefined) return `${what}_${i} holds ${number}, which is beyond float32`;
  }
  return undefined;
}

async function runBound(
  model: Opened,
  given: ReadonlyMap<string, FileTensor>,
  expected: readonly FileTensor[],
  isBound: (input: number) => boolean,
  { formats, run, files }: Surroundings,
): Promise<Outcome> {
  const all = [...given];
  const free = all.filter((_, i) => !isBound(i));
  const imported = model.bind({
    ...(files !== undefined && { externalData: files }),
    shapes: Object.fromEntries(free.map(([name, { shape }]) => [name, shape])),
    constants: new Map(all.filter((_, i) => isBound(i))),
  });
  const inputs = imported.inputs.map((input, i) => {
    const [, tensor] = free[i] as [string, FileTensor];
    const dtype = imported.network.graph.inputs[i]?.dtype ?? 'float32';
    return [input.name, formats.toGraphLayout(tensorOf(tensor, dtype), input)] as const;
  });
  const results = await run(imported.network, new Map(inputs));
  for (const [i, output] of imported.outputs.entries()) {
    const result = results.get(output.name);
    if (result === undefined) return failed(`the output ${output.name} is missing`);
    const found = disagreement(formats.toFileLayout(result, output), expected[i] as FileTensor);
    if (found !== undefined) return failed(found);
  }
  return { status: 'passed', atLoad: imported.inputs.length === 0, why: '' };
}

async function runDataSet(
  model: Opened,
  { inputs, outputs }: OnnxDataSet,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { formats } = surroundings;
  if (outputs.length !== model.outputs.length) {
    return failed(
      `there are ${outputs.length} files output_*.pb, but the model has ${model.outputs.length} outputs`,
    );
  }
  const most = model.inputs.length + model.defaults.length;
  if (inputs.length < model.inputs.length || inputs.length > most) {
    return failed(`there are ${inputs.length} files input_*.pb, but the model has ${most} inputs`);
  }
  const read = inputs.map(formats.readOnnxTensor);
  const given = givenInputs(model, read);
  const expected = outputs.map(formats.readOnnxTensor);
  const beyond = beyondFloat32(read, 'input') ?? beyondFloat32(expected, 'output');
  if (beyond !== undefined) return unsupported(`${beyond}: networks are computed in float32`);
  let reason = '';
  for (const isBound of bindings) {
    try {
      return await runBound(model, given, expected, isBound, surroundings);
    } catch (error) {
      if (!isRefusal(error, formats)) return failed(sentence(error));
      reason ||= error.message;
    }
  }
  return unsupported(reason);
}

/** What was refused is unsupported; what is broken has failed, and so has whatever else goes wrong. */
async function guarded(formats: OnnxFormats, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    return isRefusal(error, formats) ? unsupported(sentence(error)) : failed(sentence(error));
  }
}

/**
 * Runs a case with all of its data sets; the first that does not pass decides. Never throws: what cannot be read is
 * `unsupported` with the importer's reason, and a broken case has `failed` with a sentence.
 */
export async function runOnnxCase(
  { name, model: bytes, files, dataSets }: OnnxCase,
  formats: OnnxFormats,
  run: RunNetwork,
): Promise<OnnxResult> {
  if (dataSets.length === 0) return { name, ...failed('the case has no data set') };
  const outcome = await guarded(formats, async () => {
    const model = await formats.openOnnx(bytes);
    const foreign = [...model.inputs, ...model.outputs].find(({ type }) => type === undefined);
    if (foreign !== undefined)
      return unsupported(`${foreign.name} is a sequence or optional, not a tensor of a known type`);
    let atLoad = true;
    for (const set of dataSets) {
      const found = await guarded(formats, () => runDataSet(model, set, { formats, run, files }));
      const where = dataSets.length > 1 ? `${set.name}: ` : '';
      if (found.status !== 'passed') return { ...found, why: where + found.why };
      atLoad &&= found.atLoad;
    }
    return { status: 'passed', atLoad, why: '' };
  });
  return { name, ...outcome };
}
