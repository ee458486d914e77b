/** What turning on the revectorizer gave. */
export interface ProcessFlag {
  readonly isOn: boolean;
  readonly reason: string;
}

/** Outside Node no flag of the engine can be set. */
export function enableRevectorizer(): ProcessFlag {
  return { isOn: false, reason: 'wide needs a flag of V8 that only Node can set' };
}
