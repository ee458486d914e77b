/** @file A process of some version of Node. */
import { serveProcess } from '../harness/serve.ts';
import { bytesWorker } from './bytes-worker.ts';

serveProcess({ ...bytesWorker() });
