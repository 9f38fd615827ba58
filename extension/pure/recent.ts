// What was used last comes first. A list of few entries, each told by a key; kept in the workspace's memory.

export interface Kept {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** More nobody reads in a list. */
const mostKept = 8;

export class Recent<T> {
  private readonly memory: Kept;
  private readonly name: string;
  private readonly keyOf: (value: T) => string;

  constructor(memory: Kept, name: string, keyOf: (value: T) => string) {
    this.memory = memory;
    this.name = name;
    this.keyOf = keyOf;
  }

  list(): T[] {
    return (this.memory.get(this.name) as T[] | undefined) ?? [];
  }

  async use(value: T): Promise<void> {
    const key = this.keyOf(value);
    const rest = this.list().filter((each) => this.keyOf(each) !== key);
    await this.memory.update(this.name, [value, ...rest].slice(0, mostKept));
  }

  /** The others in their order, what was used last before them. */
  first(all: readonly T[]): T[] {
    const order = this.list().map(this.keyOf);
    const rank = (value: T) => {
      const at = order.indexOf(this.keyOf(value));
      return at < 0 ? order.length : at;
    };
    return [...all].sort((a, b) => rank(a) - rank(b));
  }
}
