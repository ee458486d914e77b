import { passesOf } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { measured, percent } from '../../lib/numbers.js';
import { LazyChart } from '../charts/LazyChart.js';
import { defaultMachine, type MachineSettings, rooflineView } from './roofline-data.js';
import { type LayersState, useLayers } from './use-layers.js';
import { type RooflineWords, rooflineWords } from './words.js';

const load = () => import('./roofline-plot.js').then(({ drawRoofline }) => drawRoofline);

const limits = { least: 0.1, most: 100_000 } as const;

/** A machine in numbers that a field can show. */
const rounded = ({ gigaflops, bandwidth }: MachineSettings): MachineSettings => ({
  gigaflops: Number(gigaflops.toPrecision(3)),
  bandwidth: Number(bandwidth.toPrecision(3)),
});

interface MachineFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A number of the machine; while it does not fit, the last good one stays in force. */
function MachineField({ label, hint, value, onChange }: MachineFieldProps) {
  const id = useId();
  const [bad, setBad] = useState(false);
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        type="number"
        min={limits.least}
        max={limits.most}
        step="any"
        defaultValue={`${value}`}
        aria-invalid={bad}
        aria-describedby={bad ? id : undefined}
        onInput={({ currentTarget }) => {
          const number = currentTarget.valueAsNumber;
          const fits = number >= limits.least && number <= limits.most;
          setBad(!fits);
          if (fits) onChange(number);
        }}
      />
      {bad && (
        <span id={id} role="alert">
          {hint}
        </span>
      )}
    </label>
  );
}

/** What is going on, in words. */
function statusOf(state: LayersState, words: RooflineWords): string | undefined {
  switch (state.phase) {
    case 'preparing':
      return words.preparing;
    case 'running':
      return words.round(state.rounds);
    case 'stopped':
      return words.stopped;
    case 'failed':
      return words.failed(state.message);
    default:
      return undefined;
  }
}

interface RooflineFigureProps {
  readonly graph: Graph;
  readonly language: Language;
}

/** The layers of a network under the roofline of a machine that the reader describes, or of this one. */
export function RooflineFigure({ graph, language }: RooflineFigureProps) {
  const words = rooflineWords(language);
  const [machine, setMachine] = useState<MachineSettings>(defaultMachine);
  const { state, start, stop } = useLayers(graph);
  const taken = state.phase === 'finished' ? state.measured : undefined;
  // The fields begin anew with what was measured; the reader may change it.
  useEffect(() => taken && setMachine(rounded(taken.machine)), [taken]);
  const passes = useMemo(() => passesOf(graph), [graph]);
  const view = useMemo(() => rooflineView(passes, machine, taken), [passes, machine, taken]);
  const data = useMemo(() => ({ view, peak: machine.gigaflops, words }), [view, machine, words]);
  const bound = view.layers.filter(({ boundBy }) => boundBy === 'memory').length;
  const hint = words.hint(limits.least, limits.most);
  const busy = state.phase === 'preparing' || state.phase === 'running';
  const ms = (value: number): string => `${measured(value, language)} ms`;
  return (
    <div class="roofline">
      <h3>{words.title}</h3>
      <p class="explorer-note">{words.note}</p>
      <div class="roofline-machine" key={taken}>
        <MachineField
          label={words.peak}
          hint={hint}
          value={machine.gigaflops}
          onChange={(gigaflops) => setMachine({ ...machine, gigaflops })}
        />
        <MachineField
          label={words.bandwidth}
          hint={hint}
          value={machine.bandwidth}
          onChange={(bandwidth) => setMachine({ ...machine, bandwidth })}
        />
        <button type="button" class="play-button" onClick={busy ? stop : start}>
          {busy ? words.stop : words.start}
        </button>
        <p class="measure-status" role="status">
          {statusOf(state, words)}
        </p>
      </div>
      <LazyChart load={load} data={data} label={words.label(view.layers.length, bound)} />
      <p data-field="roofline">{words.least(ms(view.milliseconds), percent(view.memoryShare, language))}</p>
      {taken && view.measuredMs !== undefined && (
        <p data-field="roofline-measured">
          {words.took(ms(view.measuredMs), percent(view.leastMs / view.measuredMs, language))}
          {!taken.isSteady && ` ${words.noisy}`}
        </p>
      )}
    </div>
  );
}
