/** One key's value; `asked` tells how many keys shared the statement that found it. */
export interface Found<Value> {
  readonly value: Value;
  readonly asked: number;
}

/** Looks up each key's value, in the order of the keys. */
export type LookUp<Key, Value> = (keys: readonly Key[]) => Promise<readonly Value[]>;

/** How look-ups of single keys are made of one that takes many; `name` is its statement's. */
export type ShareLookUps = <Key, Value>(
  name: string,
  lookUp: LookUp<Key, Value>,
) => (key: Key) => Promise<Value>;

/** A statement each: where requests must not wait for each other's, as on Workers. */
export const unshared: ShareLookUps = (_name, lookUp) => async (key) => {
  const [value] = await lookUp([key]);
  return value as Awaited<ReturnType<typeof lookUp>>[number];
};

export interface GatherOptions {
  /** Runs a callback once the requests that have already arrived were seen to. */
  readonly soon: (depart: () => void) => void;
  /** Statements at most under way. */
  readonly flights: number;
  /** Keys at most in one statement. */
  readonly seats: number;
}

interface Passenger<Key, Value> {
  readonly key: Key;
  readonly land: (found: Found<Value>) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Lets keys that are asked for at about the same time share one statement. None joins a
 * statement that was sent before: what is read is never older than the question, so who
 * has just written reads what was written.
 *
 * While fewer than `flights` are under way a statement leaves at the end of the event loop's
 * turn, so that a lone question waits for nobody; beyond that the next takes all that wait.
 */
export const gather = <Key, Value>(
  lookUp: LookUp<Key, Value>,
  { soon, flights, seats }: GatherOptions,
): ((key: Key) => Promise<Found<Value>>) => {
  let waiting: Passenger<Key, Value>[] = [];
  let underWay = 0;
  let called = false;

  const fly = async (passengers: readonly Passenger<Key, Value>[]): Promise<void> => {
    underWay++;
    try {
      const values = await lookUp(passengers.map(({ key }) => key));
      const asked = passengers.length;
      for (const [at, { land }] of passengers.entries())
        land({ value: values[at] as Value, asked });
    } catch (error) {
      for (const { fail } of passengers) fail(error);
    } finally {
      underWay--;
      depart();
    }
  };

  const depart = (): void => {
    called = false;
    while (waiting.length > 0 && underWay < flights) {
      const passengers = waiting.slice(0, seats);
      waiting = waiting.slice(seats);
      void fly(passengers);
    }
  };

  return (key) =>
    new Promise((land, fail) => {
      waiting.push({ key, land, fail });
      if (called || underWay >= flights) return;
      called = true;
      soon(depart);
    });
};
