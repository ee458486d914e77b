import { fork } from 'node:child_process';
import type { Task, TaskResult } from './tasks.ts';

type Message = { readonly said: string } | { readonly result: TaskResult };

function runOne(task: Task, say: (what: string) => void): Promise<TaskResult> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('worker.ts', import.meta.url));
    let result: TaskResult | undefined;
    child.on('message', (message: Message) => {
      if ('said' in message) say(message.said);
      else result = message.result;
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (result !== undefined) resolve(result);
      else reject(new Error(`the task ${task.kind}, seed ${task.seed} ended with ${code}`));
    });
    child.send(task);
  });
}

/** Runs tasks in processes of their own, so many at once; results are in the tasks' order. */
export async function runTasks(
  tasks: readonly Task[],
  atOnce: number,
  say: (what: string) => void,
): Promise<readonly TaskResult[]> {
  const results = new Array<TaskResult>(tasks.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      results[index] = await runOne(tasks[index] as Task, say);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, tasks.length) }, work));
  return results;
}
