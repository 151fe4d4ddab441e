/** A map that forgets what was used longest ago once it is full. */
export interface Lru<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  readonly size: number;
}

export const createLru = <Value>(capacity: number): Lru<Value> => {
  // A Map iterates in order of insertion: the first entry is the one used longest ago.
  const entries = new Map<string, Value>();
  // What is asked for again and again is the last one already.
  let last: string | undefined;
  const moveToEnd = (key: string, value: Value): void => {
    if (key !== last) entries.delete(key);
    entries.set(key, value);
    last = key;
  };
  return {
    get: (key) => {
      const value = entries.get(key);
      if (value !== undefined && key !== last) moveToEnd(key, value);
      return value;
    },
    set: (key, value) => {
      moveToEnd(key, value);
      if (entries.size > capacity) {
        const oldest = entries.keys().next();
        if (!oldest.done) entries.delete(oldest.value);
      }
    },
    delete: (key) => {
      entries.delete(key);
      if (key === last) last = undefined;
    },
    get size() {
      return entries.size;
    },
  };
};
