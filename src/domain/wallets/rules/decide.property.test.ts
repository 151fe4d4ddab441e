import fc from "fast-check";
import { expect, test } from "vitest";
import { beginning, step } from "../../../../test/support/random-commands.ts";
import { TwoWorlds } from "../../../../test/support/two-worlds.ts";

/** How many random sequences of about fifty commands; `PROPERTY_RUNS` asks for more. */
const runs = Number(process.env["PROPERTY_RUNS"] ?? 2_100);
const timeout = 60_000 + runs * 60;

/** Not vacuous: each of these happened often. Few wallets end, so few commands find them ended. */
const usual = {
  deposit: ["done", "refused"],
  withdraw: ["done", "refused"],
  transfer: ["done", "refused"],
  authorize: ["approved", "declined", "refused"],
  increment: ["approved", "declined", "refused"],
  capture: ["done", "refused"],
  force_capture: ["done", "refused"],
  reverse: ["done", "refused"],
  expire: ["done", "refused"],
  refund: ["done", "refused"],
  refund_card: ["done", "refused"],
  update_wallet: ["done", "refused"],
  freeze_wallet: ["done"],
  unfreeze_wallet: ["done"],
  close_wallet: ["done", "refused"],
  delete_wallet: ["done", "refused"],
  create_card: ["done", "refused"],
  update_card: ["done", "refused"],
  freeze_card: ["done", "refused"],
  unfreeze_card: ["done", "refused"],
  terminate_card: ["done", "refused"],
  replace_card: ["done", "refused"],
  delete_card: ["done", "refused"],
} satisfies { readonly [Kind in ReturnType<StepOf>["kind"]]: readonly string[] };
type StepOf = Parameters<Parameters<typeof step.map>[0]>[0]["make"];

test(
  "random commands keep every invariant, and a naive model agrees with every decision",
  () => {
    const seen: Record<string, number> = {};
    let steps = 0;
    fc.assert(
      fc.property(
        beginning,
        fc.array(step, { minLength: 48, maxLength: 56, size: "max" }),
        (begin, commands) => {
          const world = new TwoWorlds(begin);
          for (const { make, pick, passed } of commands) {
            world.clock += passed;
            const command = make(world, pick);
            const name = `${command.kind} ${world.step(command)}`;
            seen[name] = (seen[name] ?? 0) + 1;
            steps += 1;
          }
          world.checkAll();
        },
      ),
      { numRuns: runs },
    );
    expect(steps).toBeGreaterThanOrEqual(runs * 48);
    for (const [kind, outcomes] of Object.entries(usual)) {
      for (const outcome of outcomes) {
        const name = `${kind} ${outcome}`;
        expect([name, (seen[name] ?? 0) >= runs / 200]).toEqual([name, true]);
      }
    }
  },
  timeout,
);
