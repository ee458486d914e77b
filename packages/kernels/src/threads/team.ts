/**
 * @file How threads share a run: a team is everybody who runs units of one program on one memory. The functions are closed: their
 * text by itself is the script of a thread in Node, so nothing outside of them may be used, not even a constant.
 */

/** A step, as far as sharing it out cares. */
export interface TeamStep {
  readonly units: number;
  /** Threads that share its units at most; what one does by itself is done by the first runner. */
  readonly threads: number;
  /** Pieces of each thread's share: of several, those that a late thread has not begun can be done by others. */
  readonly pieces: number;
}

/** What all threads of a program know. */
export interface TeamProgram {
  /** Words in shared memory; see {@link createPieces}. */
  readonly control: Int32Array;
  /** How many there are, the first runner included. */
  readonly threads: number;
  readonly steps: readonly TeamStep[];
  /** Ranges of steps that are run by themselves, at most two: forward and back, or all. */
  readonly sections: readonly (readonly [first: number, end: number])[];
}

type RunUnits = (first: number, end: number) => void;

/** How a thread waits. */
export interface Waiting {
  /** Whether it may sleep; the main thread of a page may not. */
  readonly canWait: boolean;
  /** Spins a while, longer and longer. */
  pause(spins: number): void;
  /**
   * Waits until `words[at]` is `wanted`, asleep after a while. `isOver` is asked now and then, with the milliseconds so far, whether
   * there is no point in it any more; then the answer is `false`.
   */
  waitFor(words: Int32Array, at: number, wanted: number, isOver: (waited: number) => boolean): boolean;
  /** Wakes who sleeps until `words[at]` changes. */
  wake(words: Int32Array, at: number): void;
}

/** Makes {@link Waiting}. The second line of `words` counts the sleepers. */
export function createWaiting(): Waiting {
  const sleepersAt = 16;
  /** Milliseconds of spinning before a thread sleeps in the middle of a run, and of sleep before it looks around by itself. */
  const spinTime = 2;
  const nap = 5;
  const atomicPause = (Atomics as { pause?: () => void }).pause;
  const pause = (spins: number): void => {
    const turns = Math.min(1 << Math.min(spins, 5), 32);
    if (atomicPause === undefined) for (let i = turns; i > 0; i--);
    else for (let i = Math.min(turns, 4); i > 0; i--) atomicPause();
  };
  const findCanWait = (): boolean => {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
      return true;
    } catch {
      return false;
    }
  };
  const canWait = findCanWait();
  return {
    canWait,
    pause,
    waitFor: (words, at, wanted, isOver) => {
      let start = 0;
      for (let spins = 0; ; spins++) {
        const value = Atomics.load(words, at);
        if (value === wanted) return true;
        pause(spins);
        if (spins % 32 !== 31) continue;
        const now = performance.now();
        if (start === 0) start = now;
        if (isOver(now - start)) return false;
        if (!canWait || now - start < spinTime) continue;
        Atomics.add(words, sleepersAt, 1);
        Atomics.wait(words, at, value, nap);
        Atomics.sub(words, sleepersAt, 1);
      }
    },
    wake: (words, at) => {
      if (Atomics.load(words, sleepersAt) > 0) Atomics.notify(words, at);
    },
  };
}

/** The pieces in which runners take the units of a step, and the words of a program in which they say so. */
export interface Pieces {
  /** Words of a program's `control`. */
  wordsFor(threads: number, steps: number): number;
  /** The word that says which run is on, and the one that counts the threads which have joined, the caller aside. */
  readonly runWord: number;
  readonly joinedWord: number;
  /** Threads that share a step. */
  sharersOf(program: TeamProgram, step: TeamStep): number;
  /** Where the step's pieces that are done are counted, and what stands there when all of a run's are. */
  doneAt(program: TeamProgram, index: number): number;
  allDone(program: TeamProgram, step: TeamStep, run: number): number;
  /** Counts so many pieces as done, and returns what stands there now. */
  addDone(program: TeamProgram, index: number, run: number, count: number): number;
  /**
   * Runs pieces of a step, those of the runner's own share first, then what others have not begun; how many, or −1 when the run is
   * one of the past.
   */
  runPieces(program: TeamProgram, index: number, units: RunUnits, runner: number, run: number): number;
}

/**
 * Makes {@link Pieces}. Words of a program's control, a cache line for each:
 *
 * - which run is on, `tag · 2 + section`, and beside it how many threads have joined; how many sleep;
 * - for each step, how many of its pieces are done, and for each runner how many pieces of its share are taken.
 *
 * The last two carry the tag of their run in their upper bits and count from zero in each. A piece is taken by a
 * compare-and-exchange from a word of an earlier run, or from a lesser count of this one. It fails for whoever is late: a run
 * ends only when every piece of it is taken and done, and so every word of it carries its tag.
 */
export function createPieces(): Pieces {
  const line = 16;
  const runWord = 0;
  const countBits = 10;
  const mostPieces = (1 << countBits) - 1;
  const doneAt = ({ threads }: TeamProgram, index: number): number => (2 + index * (1 + threads)) * line;
  const sharersOf = ({ threads }: TeamProgram, step: TeamStep): number => Math.min(threads, step.threads);
  const countOf = (program: TeamProgram, step: TeamStep): number => {
    const sharers = sharersOf(program, step);
    return sharers === 1 ? 1 : Math.min(step.units, sharers * step.pieces, mostPieces);
  };
  /** Takes the next of `count` pieces: its number, or −1 when there is none, or −2 when the run is one of the past. */
  const take = (control: Int32Array, at: number, count: number, run: number): number => {
    const tag = run >>> 1;
    for (;;) {
      const old = Atomics.load(control, at);
      const taken = old >>> countBits === tag ? old & mostPieces : 0;
      if (taken >= count) return -1;
      // Read behind the word above: had another run begun before, it would be seen here.
      if (Atomics.load(control, runWord) !== run) return -2;
      if (Atomics.compareExchange(control, at, old, (tag << countBits) | (taken + 1)) === old) return taken;
    }
  };
  return {
    wordsFor: (threads, steps) => (2 + steps * (1 + threads)) * line,
    runWord,
    joinedWord: 1,
    sharersOf,
    doneAt,
    allDone: (program, step, run) => ((run >>> 1) << countBits) | countOf(program, step),
    addDone: (program, index, run, count) => {
      const { control } = program;
      const at = doneAt(program, index);
      const tag = run >>> 1;
      for (;;) {
        const old = Atomics.load(control, at);
        const next = old >>> countBits === tag ? old + count : (tag << countBits) | count;
        if (Atomics.compareExchange(control, at, old, next) === old) return next;
      }
    },
    runPieces: (program, index, units, runner, run) => {
      const step = program.steps[index] as TeamStep;
      const sharers = sharersOf(program, step);
      const pieces = countOf(program, step);
      let ran = 0;
      for (let turn = 0; turn < sharers && runner < sharers; turn++) {
        const owner = (runner + turn) % sharers;
        const first = Math.floor((pieces * owner) / sharers);
        const count = Math.floor((pieces * (owner + 1)) / sharers) - first;
        const at = doneAt(program, index) + (1 + owner) * line;
        for (;;) {
          const taken = take(program.control, at, count, run);
          if (taken === -2) return -1;
          if (taken === -1) break;
          const piece = first + taken;
          units(Math.floor((step.units * piece) / pieces), Math.floor((step.units * (piece + 1)) / pieces));
          ran++;
        }
      }
      return ran;
    },
  };
}

/** Who takes part in runs. */
export interface Team {
  readonly waiting: Waiting;
  readonly pieces: Pieces;
  /** What {@link Pieces.runWord} is for run `tag` of a section. Tags go from 1 to `lastTag`, then a program needs new words. */
  runOf(tag: number, section: number): number;
  readonly lastTag: number;
  /**
   * Runs what this runner gets of a run. Ends when the run is over; `false` when it did not come to its end: for the first runner
   * because somebody has begun pieces and not ended them in good time, for others because the run is one of the past.
   */
  takePart(program: TeamProgram, steps: readonly RunUnits[], runner: number, run: number): boolean;
}

/** Makes a {@link Team}. */
export function createTeam(waiting: Waiting, pieces: Pieces): Team {
  /** Milliseconds for which nobody has to fear to be taken for lost, and how many times as long as its part took the first runner. */
  const patience = 1000;
  const patienceFactor = 20;
  return {
    waiting,
    pieces,
    runOf: (tag, section) => (tag << 1) | section,
    lastTag: (1 << 21) - 1,
    takePart: (program, steps, runner, run) => {
      if (run === 0) return false;
      const { control } = program;
      const [from, to] = program.sections[run & 1] as readonly [number, number];
      for (let index = from; index < to; index++) {
        const step = program.steps[index] as TeamStep;
        const units = steps[index] as RunUnits;
        const done = pieces.doneAt(program, index);
        const allDone = pieces.allDone(program, step, run);
        const start = runner === 0 ? performance.now() : 0;
        if (pieces.sharersOf(program, step) > 1) {
          const ran = pieces.runPieces(program, index, units, runner, run);
          if (ran < 0) return false;
          if (ran > 0 && pieces.addDone(program, index, run, ran) === allDone) waiting.wake(control, done);
        } else if (runner === 0) {
          units(0, step.units);
          Atomics.store(control, done, allDone);
          waiting.wake(control, done);
          continue;
        }
        let own = -1;
        const isOver = (waited: number): boolean => {
          if (runner > 0) return Atomics.load(control, pieces.runWord) !== run;
          if (own < 0) own = performance.now() - start;
          return waited > patience + patienceFactor * own;
        };
        if (!waiting.waitFor(control, done, allDone, isOver)) return false;
      }
      return true;
    },
  };
}
