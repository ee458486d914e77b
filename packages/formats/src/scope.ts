/** What names stand for in a graph; one inside another also sees what stands around it. */
export class Scope<Value> {
  readonly #own: Map<string, Value>;
  readonly outer: Scope<Value> | undefined;

  constructor(own: Iterable<readonly [string, Value]>, outer?: Scope<Value>) {
    this.#own = new Map(own);
    this.outer = outer;
  }

  get(name: string): Value | undefined {
    return this.#own.get(name) ?? this.outer?.get(name);
  }

  /** Whether the graph itself defines the name. */
  has(name: string): boolean {
    return this.#own.has(name);
  }

  set(name: string, value: Value): void {
    this.#own.set(name, value);
  }
}
