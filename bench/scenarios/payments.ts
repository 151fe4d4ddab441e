import type { Tenant } from "../session/tenant.ts";
import { compare, comparisonSeconds, ratioOf } from "./compare.ts";
import { httpContender, subjectOf } from "./contender.ts";
import { floorContenders } from "./floor-contender.ts";
import { type Context, everywhere, type Scenario } from "./scenario.ts";
import { payAcross, payHot, type Workload } from "./workloads.ts";

const connections = 256;

const against =
  "Against the usual way, an interactive transaction of row locks and single statements on " +
  "the same HTTP stack, and against the database's floor: full batches by the same commit " +
  "statement on one connection, without HTTP.";

const onNode = async (
  context: Context,
  workload: Workload,
  cardsOf: (tenant: Tenant) => readonly string[],
  what: string,
  timesTheUsual: number,
) => {
  const floor = await floorContenders(context, cardsOf);
  try {
    const [purser, usual, prepared, decided] = await compare(context, [
      await httpContender(context, await subjectOf(context, "node"), workload, connections),
      await httpContender(context, await subjectOf(context, "row-locks"), workload, connections),
      floor.prepared,
      floor.decided,
    ]);
    if (!purser || !usual || !prepared || !decided) throw new Error("a contender is missing");
    return {
      measured: [purser, usual, prepared, decided],
      findings: [
        ratioOf(purser, usual, "perSecond", {
          text: `Node, ${what}, ${connections} connections, against the usual way`,
          target: { atLeast: timesTheUsual },
        }),
        ratioOf(purser, prepared, "perSecond", {
          text: `Node, ${what}, ${connections} connections, of the database's floor`,
          target: { atLeast: 0.6 },
        }),
        ratioOf(purser, decided, "perSecond"),
      ],
      notes: ["Latencies of the floor are those of a batch of 256."],
    };
  } finally {
    await floor.close();
  }
};

export const acrossWallets: Scenario = {
  id: "wallets",
  title: "Authorizations over 1,000 wallets",
  about: `Each request a payment from one of 1,000 wallets, ${connections} connections. ${against}`,
  profiles: everywhere,
  seconds: (profile) => comparisonSeconds(profile, 4),
  run: (context) =>
    onNode(
      context,
      payAcross,
      ({ wallets }) => wallets.map(({ cardId }) => cardId),
      "1,000 wallets",
      6,
    ),
};

export const oneHotWallet: Scenario = {
  id: "hot",
  title: "Authorizations of one hot wallet",
  about: `Every payment is from the same card of the same wallet, ${connections} connections. ${against}`,
  profiles: everywhere,
  seconds: (profile) => comparisonSeconds(profile, 4),
  run: (context) => onNode(context, payHot, ({ hot }) => [hot.cardId], "one hot wallet", 10),
};
