import type { LayerCost } from '@sepconv/cost-model';
import { useId, useMemo, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { measured, percent } from '../../lib/numbers.js';
import { LazyChart } from '../charts/LazyChart.js';
import { defaultMachine, type MachineSettings, rooflineView } from './roofline-data.js';
import { rooflineWords } from './words.js';

const load = () => import('./roofline-plot.js').then(({ drawRoofline }) => drawRoofline);

const limits = { least: 0.1, most: 100_000 } as const;

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

interface RooflineFigureProps {
  readonly layers: readonly LayerCost[];
  readonly language: Language;
}

/** The layers of a network under the roofline of a machine that the reader describes. */
export function RooflineFigure({ layers, language }: RooflineFigureProps) {
  const words = rooflineWords(language);
  const [machine, setMachine] = useState<MachineSettings>(defaultMachine);
  const view = useMemo(() => rooflineView(layers, machine), [layers, machine]);
  const data = useMemo(() => ({ view, peak: machine.gigaflops, words }), [view, machine, words]);
  const bound = view.layers.filter(({ boundBy }) => boundBy === 'memory').length;
  const hint = words.hint(limits.least, limits.most);
  return (
    <div class="roofline">
      <h3>{words.title}</h3>
      <p class="explorer-note">{words.note}</p>
      <div class="roofline-machine">
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
      </div>
      <LazyChart load={load} data={data} label={words.label(view.layers.length, bound)} />
      <p data-field="roofline">
        {words.least(`${measured(view.milliseconds, language)} ms`, percent(view.memoryShare, language))}
      </p>
    </div>
  );
}
