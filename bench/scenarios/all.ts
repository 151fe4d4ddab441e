import { bundle } from "./bundle.ts";
import { ceiling } from "./ceiling.ts";
import { distance } from "./distance.ts";
import { heap } from "./heap.ts";
import {
  fewConnections,
  fullLife,
  listing,
  onDeno,
  reading,
  rings,
  withKeys,
  workersAcross,
  workersHot,
} from "./operations.ts";
import { overload } from "./overload.ts";
import { acrossWallets, oneHotWallet } from "./payments.ts";
import type { Scenario } from "./scenario.ts";
import { size } from "./size.ts";

/** In the order in which they run and are reported. */
export const scenarios: readonly Scenario[] = [
  ceiling,
  acrossWallets,
  oneHotWallet,
  fewConnections,
  withKeys,
  fullLife,
  rings,
  reading,
  listing,
  onDeno,
  workersAcross,
  workersHot,
  distance,
  overload,
  bundle,
  heap,
  size,
];
