/**
 * @file The threads of a process, shared by all sessions that want some: started for the first of them, ended with the last.
 */
import { coreCount, startThread, threadObstacle } from '#start-thread';
import type { RunUnits } from '../program/instance.js';
import { onShortage } from '../program/memory.js';
import type { ThreadAnswer } from './serve-thread.js';
import type { SharedStep } from './shared-steps.js';
import type { Thread } from './start-thread.js';
import { createPieces, createTeam, createWaiting, type TeamProgram } from './team.js';

export { coreCount, threadObstacle };

/** The most threads that a session may have. */
export const mostThreads = 64;

/** How often lost threads are replaced before a pool does without. */
const mostReplacements = 3;

/**
 * Programs that leave before threads are renewed: until it collects garbage, which one that sleeps never does, a thread holds the
 * memories of those that have left, and a page has room for about a hundred.
 */
const mostLeft = 32;

/** Words of a bell, a cache line for each; the mail of thread i lies i lines behind the first thread's. */
const bellWords = { ticket: 0, program: 16, sleepers: 32, mail: 48 } as const;
const mailAt = (thread: number): number => bellWords.mail + 16 * thread;
const newBell = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * mailAt(mostThreads)));

/** A compiled program on memory that threads share. */
export interface SharedProgram {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly steps: readonly SharedStep[];
  /** See {@link TeamProgram}. By default all steps are one section. */
  readonly sections?: TeamProgram['sections'];
}

const team = createTeam(createWaiting(), createPieces());
const { runWord, joinedWord, wordsFor } = team.pieces;
let pool: ThreadPool | undefined;
let nextId = 1;

/** A program as the pool runs it. */
interface Joined {
  readonly id: number;
  readonly shared: SharedProgram;
  readonly team: TeamProgram;
  readonly run: readonly RunUnits[];
  tag: number;
}

/** A session's place in the pool. */
export class Membership {
  /** Threads besides the caller's. */
  readonly others: number;
  readonly #pool: ThreadPool;
  #joined: Joined | undefined;
  #waiting: (() => void)[] = [];
  #problem = '';

  constructor(owner: ThreadPool, others: number) {
    this.#pool = owner;
    this.others = others;
  }

  /** Threads that run at present, the caller's included. */
  get threads(): number {
    // Threads that have joined count themselves, so that it is seen without events, too.
    return 1 + (this.#joined === undefined ? 0 : Atomics.load(this.#joined.team.control, joinedWord));
  }

  /** What went wrong so far. */
  get report(): string {
    const { report, capacity, refusal } = this.#pool;
    return [report, this.others > capacity ? refusal : '', this.#problem]
      .filter((text) => text !== '')
      .join('; ');
  }

  /** Gives the threads a program; until they have it, and it runs, the caller is alone. */
  join(shared: SharedProgram): void {
    const { module, memory, steps, sections = [[0, steps.length]] } = shared;
    const threads = this.others + 1;
    const control = new Int32Array(new SharedArrayBuffer(4 * wordsFor(threads, steps.length)));
    const shares = steps.map(({ units, threads: most, pieces }) => ({ units, threads: most, pieces }));
    const program: TeamProgram = { control, threads, steps: shares, sections };
    const id = nextId++;
    this.#joined = { id, shared, team: program, run: steps.map(({ run }) => run), tag: 0 };
    for (let thread = 0; thread < this.others; thread++) {
      const runner = thread + 1;
      const calls = steps.map(({ callFor }) => callFor?.(runner));
      this.#pool.send(thread, { kind: 'join', id, program, module, memory, calls, runner });
    }
  }

  /** The same program once more, for threads that are new, or because all tags are used up. */
  rejoin(): void {
    if (this.#joined !== undefined) this.join(this.#joined.shared);
  }

  /**
   * Runs a section, this thread's part by `run`. `false` when a thread was lost in the middle of it: what was computed is worth nothing, and a late thread may
   * still write into the memory, which has to be given up; see {@link forget}.
   */
  run(section: number, run = (this.#joined as Joined).run): boolean {
    const joined = this.#joined as Joined;
    if (this.threads === 1) {
      const [first, end] = joined.team.sections[section] as readonly [number, number];
      for (let step = first; step < end; step++) {
        run[step]?.(0, joined.team.steps[step]?.units as number);
      }
      return true;
    }
    joined.tag++;
    const word = team.runOf(joined.tag, section);
    Atomics.store(joined.team.control, runWord, word);
    this.#pool.ring(joined.id);
    const isWhole = team.takePart(joined.team, run, 0, word);
    if (!isWhole) {
      Atomics.store(joined.team.control, runWord, 0);
      this.forget();
      this.#pool.replaceAll(
        'a thread had not done its part of a run a second after the others, so the run was repeated on one',
      );
    } else if (joined.tag === team.lastTag) this.rejoin();
    return isWhole;
  }

  /** Takes the program from the threads. */
  forget(): void {
    if (this.#joined === undefined) return;
    const { id } = this.#joined;
    this.#joined = undefined;
    for (let thread = 0; thread < this.others; thread++) this.#pool.send(thread, { kind: 'leave', id });
  }

  /** @internal A thread says that it has a program, or cannot have it. */
  answered(answer: ThreadAnswer): void {
    if (answer.kind === 'failed' && answer.id === this.#joined?.id) this.#problem = answer.message;
    this.settle();
  }

  /** Whether no more threads are to be waited for. */
  get isSettled(): boolean {
    const { capacity, isBroken } = this.#pool;
    return isBroken || this.#problem !== '' || this.threads > Math.min(this.others, capacity);
  }

  /** @internal Tells whoever waits that nothing more is to be waited for. */
  settle(): void {
    if (!this.isSettled) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** When all threads have the program, or it is known that some never will. The process is kept alive until then. */
  async ready(): Promise<void> {
    this.#pool.keepAlive(1);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.settle();
    });
    this.#pool.keepAlive(-1);
  }

  /** Ends with the pool, if nobody else is in it. */
  leave(): void {
    this.forget();
    this.#pool.remove(this);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

class ThreadPool {
  report = '';
  /** Whether it does without threads, because they do not start or are lost again and again. */
  isBroken = false;
  /** How many threads there can be: whatever is wanted, until one could not be made; and why. */
  capacity = mostThreads;
  refusal = '';
  readonly script: string | URL | undefined;
  readonly #members = new Set<Membership>();
  /** A new one for new threads: one that was ended may be late to leave the old. */
  #bell = newBell();
  #threads: Thread[] = [];
  #hasStarted = false;
  #replacements = 0;
  #left = 0;
  #waiting = 0;

  constructor(script: string | URL | undefined) {
    this.script = script;
  }

  add(others: number): Membership {
    const member = new Membership(this, others);
    this.#members.add(member);
    if (!this.isBroken) this.#startUpTo(others);
    return member;
  }

  remove(member: Membership): void {
    this.#members.delete(member);
    if (this.#members.size > 0 || pool !== this) {
      if (++this.#left >= mostLeft) this.renew();
      return;
    }
    pool = undefined;
    this.#endAll();
  }

  /** Ends all threads, and with them what they hold, and starts as many. */
  renew(): void {
    this.#left = 0;
    const count = this.#threads.length;
    this.#endAll();
    this.#startUpTo(count);
    for (const member of this.#members) member.rejoin();
  }

  /** Starts threads until there are so many, or as many as there can be. */
  #startUpTo(count: number): void {
    while (this.#threads.length < Math.min(count, this.capacity)) {
      try {
        this.#start();
      } catch (error) {
        this.capacity = this.#threads.length;
        const { message } = error as Error;
        this.isBroken = this.capacity === 0;
        this.refusal = `${this.isBroken ? 'threads do not start' : 'there are no more threads'}: ${message}`;
      }
    }
  }

  #start(): void {
    const index = this.#threads.length;
    let thread: Thread | undefined;
    const isOurs = (): boolean => thread !== undefined && this.#threads[index] === thread;
    thread = startThread(this.script, {
      answered: (answer) => {
        if (!isOurs()) return;
        this.#hasStarted = true;
        for (const member of this.#members) member.answered(answer);
      },
      ended: (reason) => {
        if (isOurs()) this.replaceAll(this.#hasStarted ? `a thread has ended: ${reason}` : reason);
      },
    });
    this.#threads.push(thread);
    const { ticket, program, sleepers } = bellWords;
    const places = { ticketAt: ticket, programAt: program, sleepersAt: sleepers, mailAt: mailAt(index) };
    this.send(index, { kind: 'start', bell: { words: this.#bell, ...places } });
    thread.keepAlive(this.#waiting > 0);
  }

  send(index: number, message: Parameters<Thread['send']>[0]): void {
    const thread = this.#threads[index];
    if (thread === undefined) return;
    thread.send(message);
    Atomics.add(this.#bell, mailAt(index), 1);
    this.ring(Atomics.load(this.#bell, bellWords.program));
  }

  ring(program: number): void {
    Atomics.store(this.#bell, bellWords.program, program);
    Atomics.add(this.#bell, bellWords.ticket, 1);
    if (Atomics.load(this.#bell, bellWords.sleepers) > 0) Atomics.notify(this.#bell, bellWords.ticket);
  }

  /** Ends all threads and starts others, which are given the programs of all members; a few times, then none. */
  replaceAll(reason: string): void {
    const count = this.#threads.length;
    this.#endAll();
    this.#replacements++;
    const isGivenUp = !this.#hasStarted || this.#replacements > mostReplacements;
    this.isBroken = isGivenUp;
    if (!isGivenUp) this.#startUpTo(count);
    const outcome = this.isBroken ? 'there is none in its place' : 'others took its place';
    const end = isGivenUp ? 'threads were lost again and again, so there are none any more' : outcome;
    this.report = this.#hasStarted ? `${reason}; ${end}` : `threads do not start: ${reason}`;
    for (const member of this.#members) {
      if (this.isBroken) member.forget();
      else member.rejoin();
      member.settle();
    }
  }

  #endAll(): void {
    for (const thread of this.#threads.splice(0)) thread.end();
    this.#bell = newBell();
  }

  keepAlive(change: number): void {
    this.#waiting += change;
    for (const thread of this.#threads) thread.keepAlive(this.#waiting > 0);
  }
}

/** A place for a program that runs on so many threads, the caller's included; they start now, if they have not yet. */
export function enterPool(threads: number, script?: string | URL): Membership {
  // Whoever comes with another script may do better than those before.
  if (pool?.isBroken && String(pool.script) !== String(script)) pool = undefined;
  pool ??= new ThreadPool(script);
  onShortage(() => pool?.renew());
  return pool.add(threads - 1);
}
