import { nameOf } from './ChooseTable.js';
import { type Budgets, type Candidate, type Latencies, rate } from './candidates.js';
import type { Timed } from './protocol.js';
import type { Timing } from './use-latencies.js';
import type { ChooseWords } from './words.js';

interface LatencyControlsProps {
  readonly candidates: readonly Candidate[];
  readonly latencies: Latencies;
  readonly budgets: Budgets;
  readonly timing: Timing;
  readonly start: (networks: readonly Timed[]) => void;
  readonly stop: () => void;
  readonly words: ChooseWords;
}

/** What is left to time: the networks within the budgets other than that of time, the cheapest first. */
function untimed({ candidates, latencies, budgets }: LatencyControlsProps): readonly Candidate[] {
  const { ms: _, ...others } = budgets;
  return rate(candidates, latencies, others, 'macs').filter(
    ({ fits, latency }) => fits && latency?.isSteady !== true,
  );
}

const asTimed = ({ id, network, width, resolution }: Candidate): Timed => ({
  id,
  network,
  options: width === 1 ? { resolution } : { width, resolution },
});

function statusOf({ timing, candidates, words }: LatencyControlsProps, left: number): string {
  const { phase, current, times, message = '' } = timing;
  const name = candidates.find(({ id }) => id === current?.id);
  if (phase === 'running') {
    return current && name ? words.running(current.index + 1, current.count, nameOf(name)) : '…';
  }
  if (phase === 'stopped') return words.stopped(Object.keys(times).length);
  if (phase === 'failed') return words.failed(message);
  return left === 0 ? words.allTimed : words.idle;
}

/** The button that times the networks here, which can be stopped, and how far it has come. */
export function LatencyControls(props: LatencyControlsProps) {
  const { timing, start, stop, words } = props;
  const left = untimed(props);
  const isRunning = timing.phase === 'running';
  return (
    <div class="choose-latency">
      <button
        type="button"
        class="play-button"
        disabled={!isRunning && left.length === 0}
        onClick={isRunning ? stop : () => start(left.map(asTimed))}
      >
        {isRunning ? words.stop : words.start(left.length)}
      </button>
      <p class="explorer-note" role="status">
        {statusOf(props, left.length)}
      </p>
    </div>
  );
}
