import type { PeakMemory } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';
import { short } from '../../lib/numbers.js';
import { timelinePath } from './timeline-path.js';

const en = {
  title: 'Memory, step by step',
  note: 'The bytes of all activations that are alive while each step runs, first step on the left.',
  peak: 'Peak at ',
  colon: ': ',
  label: (steps: number, bytes: string, at: string) =>
    `Live activations over ${steps} steps. The most is ${bytes}, at ${at}.`,
};

const zh: typeof en = {
  title: '逐步的内存',
  note: '每一步运行时所有存活的激活共占多少字节，最左边是第一步。',
  peak: '峰值在 ',
  colon: '：',
  label: (steps, bytes, at) => `${steps} 步中存活的激活。最多时为 ${bytes}，在 ${at}。`,
};

/** At most so many of the tensors that make up the peak are named. */
const named = 4;

interface MemoryTimelineProps {
  readonly memory: PeakMemory;
  readonly language: Language;
}

/** What is alive at each step of a run, and what makes up the peak. */
export function MemoryTimeline({ memory, language }: MemoryTimelineProps) {
  const words = { en, zh }[language];
  const { timeline, peak } = memory;
  const bytes = `${short(peak.bytes)}B`;
  const at = peak.nodes.join(' + ');
  const left = ((peak.step + 0.5) / timeline.length) * 100;
  return (
    <div class="memory">
      <h3>{words.title}</h3>
      <p class="explorer-note">{words.note}</p>
      <svg
        class="memory-timeline"
        viewBox={`0 0 ${timeline.length} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.label(timeline.length, bytes, at)}
      >
        <path d={timelinePath(timeline.map((moment) => moment.bytes / peak.bytes))} />
      </svg>
      <div class="memory-mark" aria-hidden="true">
        <span style={{ left: `${left}%` }} />
      </div>
      <p class="memory-peak">
        {words.peak}
        <b>{at}</b>
        {words.colon}
        {bytes} ={' '}
        {peak.live.slice(0, named).map(({ value, bytes: size }, index) => (
          <>
            {index > 0 && ' + '}
            {value} {short(size)}B
          </>
        ))}
        {peak.live.length > named && ' + …'}
      </p>
    </div>
  );
}
