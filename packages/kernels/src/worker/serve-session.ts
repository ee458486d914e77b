/** @file The worker's side: compiles one network and runs it for its owner. */
import type { Tensor } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import { compile, type PlannedSession } from '../session.js';
import {
  type EngineState,
  fromSent,
  type SessionPort,
  type SessionRequest,
  toSentError,
} from './messages.js';

/** The numbers by themselves, in memory that can be given away. */
function copyOf(tensor: Tensor): Tensor {
  const { dtype, shape, quantization, data } = tensor;
  const { buffer, byteOffset, byteLength } = data;
  const bytes = new Uint8Array(byteLength);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
  const own = new (data.constructor as new (buffer: ArrayBuffer) => Tensor['data'])(bytes.buffer);
  return { dtype, shape, data: own, ...(quantization && { quantization }) } as Tensor;
}

/** Serves the owner of a port. */
export function serveSession(port: SessionPort): void {
  let session: PlannedSession | undefined;
  const present = (): PlannedSession => {
    if (session === undefined) throw new EngineError('nothing is compiled yet');
    return session;
  };
  const stateOf = ({ engine: { name, reason, threads } }: PlannedSession): EngineState => ({
    name,
    reason,
    threads,
  });
  const answer = async (request: SessionRequest): Promise<void> => {
    switch (request.kind) {
      case 'compile': {
        const { graph, options } = request;
        const weights = new Map(request.weights.map(([name, sent]) => [name, fromSent(sent)]));
        session = (await compile({ graph, weights }, options)) as PlannedSession;
        const { memory, plan } = session;
        port.send({ kind: 'compiled', engine: stateOf(session), memory, inputs: plan.inputs }, []);
        break;
      }
      case 'run': {
        const inputs = new Map(request.inputs.map(([name, sent]) => [name, fromSent(sent)]));
        const outputs = [...present().run(inputs)].map(([name, view]) => [name, copyOf(view)] as const);
        const buffers = outputs.map(([, { data }]) => data.buffer as ArrayBuffer);
        port.send({ kind: 'ran', engine: stateOf(present()), outputs }, buffers);
        break;
      }
      case 'ready':
        await present().ready();
        port.send({ kind: 'ready', engine: stateOf(present()) }, []);
    }
  };
  let last = Promise.resolve();
  port.receive((request) => {
    last = last
      .then(() => answer(request))
      .catch((error) => port.send({ kind: 'failed', error: toSentError(error) }, []));
  });
}
