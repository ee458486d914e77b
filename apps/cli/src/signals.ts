/** @file What happens on Ctrl-C and its like: temporary files go, and a training may save itself first. */
import { rmSync } from 'node:fs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Files to remove, and who wants to end by himself: of the process, as signals are. */
const temporary = new Set<string>();
let interrupted: (() => void) | undefined;
let received: NodeJS.Signals | undefined;
let isListening = false;

/** Removes what is half-written; called where the process ends at once. */
export function removeTemporary(): void {
  for (const path of temporary) rmSync(path, { force: true });
  temporary.clear();
}

/** Ends the process as the signal would have: whoever started it sees which one it was. */
function endBy(signal: NodeJS.Signals): void {
  removeTemporary();
  interrupted = undefined;
  listen();
  process.kill(process.pid, signal);
}

function onSignal(signal: NodeJS.Signals): void {
  if (interrupted === undefined) {
    endBy(signal);
    return;
  }
  const stop = interrupted;
  interrupted = undefined;
  received = signal;
  listen();
  stop();
}

/** Listens only while there is something to do: a signal could not end a long computation through JavaScript. */
function listen(): void {
  const should = temporary.size > 0 || interrupted !== undefined;
  if (should === isListening) return;
  isListening = should;
  for (const signal of signals) {
    if (should) process.on(signal, onSignal);
    else process.off(signal, onSignal);
  }
}

/** Does `work` with temporary files, which a signal removes. */
export async function withTemporary<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  for (const path of paths) temporary.add(path);
  listen();
  try {
    return await work();
  } finally {
    for (const path of paths) temporary.delete(path);
    listen();
  }
}

/** Says when the first signal came; a second one ends the process as ever. */
export function interruptSignal(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  interrupted = () => controller.abort();
  listen();
  return {
    signal: controller.signal,
    dispose: () => {
      interrupted = undefined;
      listen();
    },
  };
}

/** Ends by the signal after which the work ended by itself, if there was one: a script must see that it was cut short. */
export function endAsInterrupted(): void {
  if (received !== undefined) endBy(received);
}
