import type { Exchange } from "./connection.ts";
import type { LoadPlan } from "./plan.ts";
import { idIn, keyedRequestBytes, requestBytes } from "./request.ts";
import { good, outcomeOf } from "./tally.ts";

/** Sends a request of the plan with what follows it, and tells what came out. */
export type Call = (over: Exchange, done: (outcome: string) => void) => void;

export const callOf = (plan: LoadPlan, random: () => number = randomFrom(1)): Call => {
  const host = `127.0.0.1:${plan.port}`;
  const requests = plan.requests.map((request) => {
    if (plan.keyed) return keyedRequestBytes(request, host, plan.token);
    const bytes = requestBytes(request, host, plan.token);
    return () => bytes;
  });
  // Of this run alone, so that a later one repeats nothing.
  const keys = `bench-${crypto.randomUUID()}`;
  const expect = plan.expect === undefined ? undefined : Buffer.from(plan.expect);
  const { follow } = plan;
  const followed = (id: string): Buffer => {
    if (!follow) throw new Error("nothing follows");
    return requestBytes({ ...follow, path: follow.path.replace("{id}", id) }, host, plan.token);
  };
  let count = 0;
  const draw = (): number => (plan.each ? count % requests.length : random() * requests.length);
  return (over, done) => {
    const request = requests[Math.floor(draw())];
    if (!request) throw new Error("a plan has at least one request");
    count += 1;
    over.exchange(request(`${keys}-${count}`), (answer) => {
      const outcome = outcomeOf(answer, expect);
      if (!follow || outcome !== good || !answer) return done(outcome);
      over.exchange(followed(idIn(answer.body)), (last) => done(outcomeOf(last, undefined)));
    });
  };
};

/** Numbers from 0 to 1, the same ones for the same seed. Marsaglia's xorshift of 32 bits. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};
