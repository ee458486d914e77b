/** @file A process that runs one task and sends its result. */
import { serveTask } from '../harness/fork-tasks.ts';
import { runTask, type Task } from './tasks.ts';

serveTask((task: Task, say) => runTask(task, (what) => say(`${task.kind}, seed ${task.seed}: ${what}`)));
