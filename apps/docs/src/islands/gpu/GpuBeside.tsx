import { useEffect } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { exact, factor, measured, short } from '../../lib/numbers.js';
import type { Comparison, GpuReport, Subject } from './protocol.js';
import { type GpuState, useComparison } from './use-comparison.js';
import { type GpuWords, gpuWords } from './words.js';

export interface GpuBesideProps {
  /** What runs on both: the same object as long as it is the same. */
  readonly subject: Subject;
  /** Whether something else is being measured. */
  readonly isBusy?: boolean;
  readonly language: Language;
}

/** What is going on, in words. */
function statusOf(state: GpuState, words: GpuWords): string {
  switch (state.phase) {
    case 'starting':
      return words.starting;
    case 'running':
      return state.report.kind === 'compiling'
        ? words.compiling(state.report.done, state.report.total)
        : words.measuring(state.report.rounds);
    case 'finished':
      return words.finished;
    case 'stopped':
      return words.stopped;
    default:
      return '';
  }
}

/** What the times say, where they say something. */
function verdictOf({ times, first }: Comparison, isSoftware: boolean, words: GpuWords): string {
  const ratio = times.gpu / times.cpu;
  const faster = ratio < 1 ? words.faster('gpu', factor(1 / ratio)) : words.faster('cpu', factor(ratio));
  const said = [isSoftware ? words.software : faster];
  if (first !== undefined)
    said.unshift(first.cpu === first.gpu ? words.sameClass : words.otherClass(first.cpu, first.gpu));
  return said.join(' ');
}

interface ResultsProps {
  readonly report: Extract<GpuReport, { kind: 'finished' }>;
  readonly words: GpuWords;
  readonly language: Language;
}

function Results({ report: { gpu, found }, words, language }: ResultsProps) {
  const row = (name: string, field: string, text: (comparison: Comparison) => string) => (
    <tr>
      <th scope="row">{name}</th>
      {found.map((comparison) => (
        <td key={comparison.of} data-field={`${comparison.of}-${field}`}>
          {text(comparison)}
        </td>
      ))}
    </tr>
  );
  const ms = (value: number): string => `${measured(value, language)} ms`;
  const last = found.at(-1)!;
  return (
    <>
      <table class="gpu-table">
        <caption>{words.caption}</caption>
        <thead>
          <tr>
            <td />
            {found.map(({ of }) => (
              <th key={of} scope="col">
                {words.of[of]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row(words.cpu(last.engine), 'cpu', ({ times }) => ms(times.cpu))}
          {row(words.gpu, 'gpu', ({ times }) => ms(times.gpu))}
          {row(words.gpuAlone, 'gpu-alone', ({ times }) => ms(times.gpuAlone))}
          {row(words.dispatches, 'dispatches', ({ dispatches }) => exact(dispatches, language))}
          {row(words.bound, 'bound', ({ boundBytes }) => `${short(boundBytes)}B`)}
          {row(
            words.difference,
            'difference',
            ({ difference, largest }) => `${difference.toExponential(1)} / ${largest.toPrecision(3)}`,
          )}
        </tbody>
      </table>
      <p class="gpu-verdict" data-software={gpu.isSoftware}>
        {words.adapter(gpu.name)} {verdictOf(last, gpu.isSoftware, words)}
      </p>
    </>
  );
}

/** The same on the CPU and on the GPU of the reader: results compared, times beside each other. Begins at once. */
export function GpuBeside({ subject, isBusy = false, language }: GpuBesideProps) {
  const words = gpuWords(language);
  const { state, compare, stop } = useComparison(subject);
  useEffect(compare, []);
  const isRunning = state.phase === 'starting' || state.phase === 'running';
  return (
    <div class="gpu">
      <div class="gpu-controls">
        <button
          type="button"
          class="quiet-button"
          disabled={isBusy && !isRunning}
          onClick={isRunning ? stop : compare}
        >
          {isRunning ? words.stop : words.again}
        </button>
        <p role="status">{statusOf(state, words)}</p>
      </div>
      {state.phase === 'failed' && (
        <div class="failure" role="alert">
          <p class="failure-title">{words.failed}</p>
          <p class="failure-message" lang="en">
            {state.message}
          </p>
        </div>
      )}
      {state.phase === 'finished' && <Results report={state.report} {...{ words, language }} />}
    </div>
  );
}
