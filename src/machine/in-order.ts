/** Does one thing at a time for each key, in the order in which it was asked. */
export interface InOrder {
  do(key: string, work: () => Promise<void>): Promise<void>;
  /** True while something is done for this key. */
  isBusy(key: string): boolean;
}

/** Nothing is kept of a key that is not busy. */
export function createInOrder(): InOrder {
  const last = new Map<string, Promise<void>>();
  return {
    async do(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
      last.set(key, mine);
      try {
        await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
    isBusy: (key) => last.has(key),
  };
}
