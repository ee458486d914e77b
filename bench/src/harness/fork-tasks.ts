import { fork } from 'node:child_process';

/** What a worker sends: progress in words, or what came of its task. */
export type WorkerMessage<Result> = { readonly said: string } | { readonly result: Result };

function runOne<Task, Result>(worker: URL, task: Task, say: (what: string) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(worker);
    let result: { readonly value: Result } | undefined;
    child.on('message', (message: WorkerMessage<Result>) => {
      if ('said' in message) say(message.said);
      else result = { value: message.result };
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (result !== undefined) resolve(result.value);
      else reject(new Error(`the task ${JSON.stringify(task)} ended with ${code}`));
    });
    child.send(task as never);
  });
}

/** Runs tasks in processes of their own, so many at once; results are in the tasks' order. */
export async function forkTasks<Task, Result>(
  worker: URL,
  tasks: readonly Task[],
  atOnce: number,
  say: (what: string) => void,
): Promise<readonly Result[]> {
  const results = new Array<Result>(tasks.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      results[index] = await runOne<Task, Result>(worker, tasks[index] as Task, say);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, tasks.length) }, work));
  return results;
}

/** The worker's side: runs the one task that it is sent. */
export function serveTask<Task, Result>(
  run: (task: Task, say: (what: string) => void) => Promise<Result>,
): void {
  process.once('message', (task: Task) => {
    run(task, (said) => process.send?.({ said })).then(
      (result) => process.send?.({ result }, () => process.exit(0)),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
