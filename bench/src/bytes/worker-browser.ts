/** @file A page. */
import { servePage } from '../harness/serve.ts';
import { bytesWorker } from './bytes-worker.ts';

servePage({ ...bytesWorker() });
