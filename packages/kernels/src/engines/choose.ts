import { enableRevectorizer } from '#process-flags';
import { EngineError } from '../errors.js';
import { type EngineName, engines } from '../plan/engine.js';
import { selfCheck } from './self-check.js';
import { type Race, raceEngines } from './speed.js';

/** Which engine runs, and why that one. */
export interface ChosenEngine {
  readonly name: EngineName;
  readonly reason: string;
}

/** Joined pairs double the peak; where they are not joined, a wide tile runs at half of it. */
const leastWideGain = 1.2;

/** Why an engine cannot run here, or `undefined` when it can. */
async function obstacleTo(name: EngineName): Promise<string | undefined> {
  const isRight = await selfCheck(engines[name]);
  if (isRight === undefined) {
    return name === 'simd128'
      ? 'WebAssembly SIMD is not supported here'
      : 'relaxed SIMD is not supported here';
  }
  if (name === 'wide') {
    const { isOn, reason } = enableRevectorizer();
    if (!isOn) return reason;
  }
  return isRight ? undefined : `${name} failed its self-check: its multiply-add gives a wrong number here`;
}

const obstacles = new Map<EngineName, Promise<string | undefined>>();

/** {@link obstacleTo}, found out once in a process. */
function knownObstacle(name: EngineName): Promise<string | undefined> {
  let obstacle = obstacles.get(name);
  if (obstacle === undefined) {
    obstacle = obstacleTo(name);
    obstacles.set(name, obstacle);
  }
  return obstacle;
}

let wideRace: Promise<Race> | undefined;

/** The fastest engine that works, from the widest down, with the reasons why faster ones were passed over. */
async function chooseFastest(allowProcessFlags: boolean): Promise<ChosenEngine> {
  const passedOver: string[] = [];
  if (allowProcessFlags) {
    const obstacle = await knownObstacle('wide');
    if (obstacle === undefined) {
      wideRace ??= raceEngines(engines.wide, engines.relaxed, leastWideGain);
      const { ratio, isEqual } = await wideRace;
      if (ratio >= leastWideGain && isEqual) {
        return {
          name: 'wide',
          reason: `passed its self-check and is ${ratio.toFixed(1)} times as fast as relaxed`,
        };
      }
      passedOver.push(
        isEqual
          ? `wide is only ${ratio.toFixed(2)} times as fast as relaxed`
          : 'wide does not give the bits of relaxed',
      );
    } else {
      passedOver.push(obstacle);
    }
  } else {
    passedOver.push('wide needs allowProcessFlags: true');
  }
  const obstacle = await knownObstacle('relaxed');
  if (obstacle === undefined)
    return { name: 'relaxed', reason: `passed its self-check; ${passedOver.join('; ')}` };
  if (!passedOver.includes(obstacle)) passedOver.push(obstacle);
  const last = await knownObstacle('simd128');
  if (last !== undefined) throw new EngineError(`no engine runs here: ${last}`);
  return { name: 'simd128', reason: `works here; ${passedOver.join('; ')}` };
}

/**
 * Finds the engine for a request. Probes run once in a process.
 *
 * @param allowProcessFlags whether `'auto'` may turn on a flag of V8 for the whole process, which `wide` needs. Asking for
 *   `'wide'` by name is permission by itself.
 * @throws {EngineError} when an engine is asked for by name that does not work here.
 */
export async function chooseEngine(
  requested: EngineName | 'auto',
  allowProcessFlags: boolean,
): Promise<ChosenEngine> {
  if (requested === 'auto') return chooseFastest(allowProcessFlags);
  if (!Object.hasOwn(engines, requested)) {
    throw new EngineError(
      `the engine "${String(requested)}" is unknown; there are auto, ${Object.keys(engines).join(', ')}`,
    );
  }
  const obstacle = await knownObstacle(requested);
  if (obstacle !== undefined)
    throw new EngineError(`the engine ${requested} cannot run: ${obstacle}; try auto`);
  return { name: requested, reason: 'asked for by name, and works here' };
}
