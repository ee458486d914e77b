/** @file A process that runs one task and sends its result. */
import { runTask, type Task } from './tasks.ts';

process.once('message', (task: Task) => {
  runTask(task, (what) => process.send?.({ said: `${task.kind}, seed ${task.seed}: ${what}` })).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
