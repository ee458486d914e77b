/** @file Measures the forms of a layer, away from the page. The page stops it by ending the worker. */
import { compile, type Session } from '@sepconv/kernels';
import { measure, type Timing } from '@sepconv/kernels/measure';
import { type LayerOptions, layerGraphs } from '@sepconv/mobilenet';
import { checkedPart, type Form, forms, imageFor, withWeights } from './forms.js';
import { isRight } from './is-right.js';
import type { FormTimings, MeasureReport, MeasureRequest } from './protocol.js';

/** A browser's clock is coarse on purpose: what is timed must last much longer than a tick. */
const batchMs = 10;
const budgetMs = 1200;

const report = (message: MeasureReport): void => postMessage(message);

/** Something for each form. */
const forEachForm = <T>(of: (form: Form) => T): Record<Form, T> =>
  Object.fromEntries(forms.map((form) => [form, of(form)])) as Record<Form, T>;

/** Compiles one form, and throws when its answer is not the reference's. */
async function validated(form: Form, layer: LayerOptions): Promise<Session> {
  const part = checkedPart(layer);
  const small = withWeights(layerGraphs(part)[form]);
  const image = imageFor(small.graph);
  const session = await compile(small);
  const right = isRight(form, part, small, image, session.run(image));
  session.dispose();
  if (!right) throw new Error(`the ${form} form does not give the reference's answer here`);
  return compile(withWeights(layerGraphs(layer)[form]));
}

const timingsOf = (timings: ReadonlyMap<string, Timing>): FormTimings =>
  forEachForm((form) => {
    const { milliseconds, spread } = timings.get(form)!;
    return { milliseconds, spread };
  });

async function measureLayer({ layer }: MeasureRequest): Promise<void> {
  const sessions = new Map<Form, Session>();
  for (const form of forms) sessions.set(form, await validated(form, layer));
  report({
    kind: 'engine',
    name: sessions.get('standard')!.engine.name,
    kernels: forEachForm((form) =>
      sessions
        .get(form)!
        .steps.map(({ kernel }) => kernel)
        .join(' + '),
    ),
  });
  const candidates = [...sessions].map(([name, session]) => {
    const [input] = session.inputs.values();
    const image = imageFor(layerGraphs(layer)[name]).data;
    return { name, prepare: () => input!.data.set(image), run: () => void session.run() };
  });
  const { timings, isSteady } = await measure(candidates, {
    batchMs,
    budgetMs,
    onRound: (round, known) => {
      if (known.size > 0) report({ kind: 'timing', rounds: round - 1, forms: timingsOf(known) });
    },
  });
  report({ kind: 'finished', forms: timingsOf(timings), isSteady });
}

self.addEventListener('message', ({ data }: MessageEvent<MeasureRequest>) => {
  measureLayer(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
