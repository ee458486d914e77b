/** @file Measures both forms of a layer, away from the page. The page stops it by ending the worker. */
import { compile, type Session } from '@sepconv/kernels';
import { checkedPart, type Form, forms, imageOf, networkOf } from './forms.js';
import { isRight } from './is-right.js';
import type { MeasuredLayer } from './layers.js';
import type { FormTiming, MeasureReport, MeasureRequest } from './protocol.js';

/** A browser's clock is coarse on purpose: what is timed must last much longer than a tick. */
const leastBatchMs = 12;
/** Long enough for the engine's optimizing compiler to have finished. */
const warmUpMs = 250;
const rounds = 15;

const report = (message: MeasureReport): void => postMessage(message);

/** Compiles one form, and throws when its answer is not the reference's. */
async function validated(form: Form, layer: MeasuredLayer): Promise<Session> {
  const part = checkedPart(layer);
  const small = networkOf(form, part);
  const image = imageOf(part);
  const session = await compile(small);
  const right = isRight(form, part, small, image, session.run(image));
  session.dispose();
  if (!right) throw new Error(`the ${form} form does not give the reference's answer here`);
  return compile(networkOf(form, layer));
}

function runFor(session: Session, milliseconds: number): number {
  const start = performance.now();
  let runs = 0;
  while (performance.now() - start < milliseconds) {
    session.run();
    runs++;
  }
  return runs;
}

/** Milliseconds of one run, over a batch that is long enough for the clock. */
function timeBatch(session: Session, runs: number): number {
  const start = performance.now();
  for (let run = 0; run < runs; run++) session.run();
  return (performance.now() - start) / runs;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Both forms in turns, so that whatever else the machine does falls on both. */
async function measure({ layer }: MeasureRequest): Promise<void> {
  const image = imageOf(layer);
  const sessions: Record<Form, Session> = {
    standard: await validated('standard', layer),
    separable: await validated('separable', layer),
  };
  report({ kind: 'engine', name: sessions.standard.engine.name });
  const batches = { standard: 1, separable: 1 };
  for (const form of forms) {
    sessions[form].run(image);
    const runs = runFor(sessions[form], warmUpMs);
    batches[form] = Math.max(1, Math.ceil((runs / warmUpMs) * leastBatchMs));
  }
  const times: Record<Form, number[]> = { standard: [], separable: [] };
  const timing = (form: Form): FormTiming => ({
    milliseconds: median(times[form]),
    kernels: sessions[form].steps.map(({ kernel }) => kernel),
  });
  for (let round = 1; round <= rounds; round++) {
    for (const form of forms) times[form].push(timeBatch(sessions[form], batches[form]));
    report({
      kind: 'timing',
      rounds: round,
      forms: { standard: timing('standard'), separable: timing('separable') },
    });
  }
  report({ kind: 'finished' });
}

self.addEventListener('message', ({ data }: MessageEvent<MeasureRequest>) => {
  measure(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
