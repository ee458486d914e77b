/**
 * @file What a thread of a pool does. The function is closed, as those of `team.ts` are: in Node their text is the thread's
 * script, so that no file has to be found; in a browser `thread.ts` calls it.
 */
import type { Team, TeamProgram } from './team.js';

/** A step's function in the module, and what it is given behind the first and the last unit. */
export interface ThreadStep {
  readonly name: string;
  readonly numbers: readonly number[];
}

/** What a thread is told. */
export type ThreadMessage =
  /** First of all. */
  | { readonly kind: 'start'; readonly bell: Bell }
  | {
      readonly kind: 'join';
      readonly id: number;
      readonly program: TeamProgram;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      /** Of each step; nothing where the step is the first runner's alone. */
      readonly calls: readonly (ThreadStep | undefined)[];
      readonly runner: number;
    }
  | { readonly kind: 'leave'; readonly id: number };

/** What a thread says. */
export type ThreadAnswer =
  | { readonly kind: 'started' }
  | { readonly kind: 'joined'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** How a thread and its pool reach one another. */
export interface ThreadPort {
  receive(handle: (message: ThreadMessage) => void): void;
  send(answer: ThreadAnswer): void;
}

/** What a pool calls its threads with: words in shared memory, and which of them are what. */
export interface Bell {
  readonly words: Int32Array;
  /** Changes with every ring. */
  readonly ticketAt: number;
  /** The id of the program that runs. */
  readonly programAt: number;
  /** How many threads sleep. */
  readonly sleepersAt: number;
  /** How many messages this thread was sent. */
  readonly mailAt: number;
}

/**
 * Serves a pool: takes part in the run of whatever program the bell names, each time that its ticket changes, and sleeps when
 * nothing has happened for two milliseconds. Whoever sends a message counts it in the thread's mail and rings, since a thread
 * that listens to the bell receives none.
 */
export function serveThread({ waiting, pieces, takePart }: Team, port: ThreadPort): void {
  /** Milliseconds. */
  const idleTime = 2;
  type Joined = { program: TeamProgram; run: ((first: number, end: number) => void)[]; runner: number };
  const programs = new Map<number, Joined>();
  let bell: Bell | undefined;
  let received = 0;
  let ticket = 0;

  const join = (message: ThreadMessage & { kind: 'join' }): void => {
    const { id, program, module, memory, calls, runner } = message;
    try {
      const { exports } = new WebAssembly.Instance(module, { environment: { memory } });
      const run = calls.map((call) => {
        const { name = '', numbers = [] } = call ?? {};
        const units = exports[name] as (...numbers: number[]) => void;
        return (first: number, end: number): void => units(first, end, ...numbers);
      });
      programs.set(id, { program, run, runner });
      Atomics.add(program.control, pieces.joinedWord, 1);
      port.send({ kind: 'joined', id });
    } catch (error) {
      port.send({ kind: 'failed', id, message: String(error) });
    }
  };

  /** Until there is mail. */
  const listen = ({ words, ticketAt, programAt, sleepersAt, mailAt }: Bell): void => {
    let idleSince = performance.now();
    for (let spins = 0; Atomics.load(words, mailAt) === received; spins++) {
      const heard = Atomics.load(words, ticketAt);
      if (heard !== ticket) {
        ticket = heard;
        const joined = programs.get(Atomics.load(words, programAt));
        if (joined === undefined) continue;
        const { program, run, runner } = joined;
        takePart(program, run, runner, Atomics.load(program.control, pieces.runWord));
        idleSince = performance.now();
        spins = 0;
        continue;
      }
      waiting.pause(spins);
      if (spins % 32 !== 31 || performance.now() - idleSince < idleTime) continue;
      Atomics.add(words, sleepersAt, 1);
      // Mail that came in between has rung as well.
      if (Atomics.load(words, mailAt) === received) Atomics.wait(words, ticketAt, heard);
      Atomics.sub(words, sleepersAt, 1);
    }
  };

  port.receive((message) => {
    received++;
    if (message.kind === 'start') bell = message.bell;
    else if (message.kind === 'join') join(message);
    else programs.delete(message.id);
    if (bell !== undefined) listen(bell);
  });
  port.send({ kind: 'started' });
}
