import { useMemo } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { type Example, runExample } from './example.js';
import { SeparablePanel, StandardPanel } from './panels.js';
import { type Speed, speeds, usePlayer } from './use-player.js';
import { type Position, positionAt, separableWalk, standardWalk, type Walk } from './walk.js';
import { type StepWords, stepWords } from './words.js';

const written = (value: number): string => (value < 0 ? `(−${-value})` : `${value}`);

/** The two numbers that meet now. */
function operands(example: Example, { step, tap }: Position): readonly [value: number, weight: number] {
  const source = step.kind === 'pointwise' ? example.middle : example.input;
  const weight = {
    standard: example.standardWeight,
    depthwise: example.depthwiseWeight,
    pointwise: example.pointwiseWeight,
  }[step.kind];
  const [, columns, channels, outputs] = weight.shape as readonly [number, number, number, number];
  const out = step.kind === 'depthwise' ? 0 : step.to.channel;
  return [
    source.data[(tap.from.y * source.shape[2]! + tap.from.x) * source.shape[3]! + tap.from.channel]!,
    weight.data[((tap.i * columns + tap.j) * channels + tap.from.channel) * outputs + out]!,
  ];
}

/** Where a neighbouring step begins: the one before, or the one after. */
function neighbour(walk: Walk, done: number, direction: 1 | -1): number {
  if (direction === 1) return walk.steps.find(({ start }) => start > done)?.start ?? walk.total;
  return walk.steps.findLast(({ start }) => start < done)?.start ?? 0;
}

interface SideProps {
  readonly example: Example;
  readonly walk: Walk;
  readonly done: number;
  readonly name: string;
  readonly words: StepWords;
  readonly panel: typeof StandardPanel;
}

/** One form: its counter, its drawing, and what is multiplied now. */
function Side({ example, walk, done, name, words, panel: Panel }: SideProps) {
  const position = positionAt(walk, done);
  const here = Math.min(done, walk.total);
  const to = position?.step.to;
  const label =
    to === undefined ? words.panelDone(name) : words.panel(name, to.channel + 1, to.y + 1, to.x + 1);
  const [value, weight] = position === undefined ? [0, 0] : operands(example, position);
  return (
    <section class="step-side">
      <h3>{name}</h3>
      <p class="step-counter">{words.counter(here, walk.total)}</p>
      <Panel {...{ example, position, words, label }} />
      <p class="step-term">
        {position === undefined ? (
          words.done
        ) : (
          <>
            <b class={`tone-${position.step.kind}`}>{words.kinds[position.step.kind]}</b>{' '}
            {words.term(written(value), written(weight), position.tapIndex + 1, position.step.taps.length)}
          </>
        )}
      </p>
    </section>
  );
}

/** Both forms of one small layer on one clock of multiply-adds. The numbers are the reference's. */
export function StepThrough({ language }: { readonly language: Language }) {
  const words = stepWords(language);
  const example = useMemo(runExample, []);
  const standard = useMemo(standardWalk, []);
  const separable = useMemo(separableWalk, []);
  const player = usePlayer(standard.total);
  const { done } = player;
  const move = (direction: 1 | -1) => player.seek(neighbour(standard, done, direction));
  const playName = player.playing ? words.pause : done >= standard.total ? words.again : words.play;
  return (
    <section class="step-through not-content" aria-label={words.title}>
      <div class="step-controls">
        <button type="button" class="play-button" onClick={player.toggle}>
          {playName}
        </button>
        <button type="button" class="quiet-button" aria-label={words.back} onClick={() => move(-1)}>
          ◂
        </button>
        <button type="button" class="quiet-button" aria-label={words.forward} onClick={() => move(1)}>
          ▸
        </button>
        <input
          type="range"
          min={0}
          max={standard.total}
          value={done}
          aria-label={words.scrub}
          aria-valuetext={words.counter(done, standard.total)}
          onInput={({ currentTarget }) => player.seek(Number(currentTarget.value))}
        />
        <label class="step-speed">
          {words.speed}{' '}
          <select
            value={player.speed}
            onChange={({ currentTarget }) => player.setSpeed(currentTarget.value as Speed)}
          >
            {(Object.keys(speeds) as Speed[]).map((speed) => (
              <option key={speed} value={speed}>
                {words.speeds[speed]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="step-sides">
        <Side {...{ example, done, words }} walk={standard} name={words.standard} panel={StandardPanel} />
        <Side {...{ example, done, words }} walk={separable} name={words.separable} panel={SeparablePanel} />
      </div>
      <p class="step-note">{words.same}</p>
    </section>
  );
}
