import { Lane } from "../../src/domain/wallets/lane/lane.ts";
import type { CommitGroup } from "../../src/domain/wallets/store.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";
import { Skew } from "./skew.ts";
import type { Edge } from "./topology.ts";

/** An edge with a lane that nothing befalls: what a world begins with is made by it. */
export const calmEdge = (
  schedule: Schedule,
  database: MemoryDatabase,
  random: Random,
  written: (group: CommitGroup, decidedAt: number) => void,
): Edge => {
  const now = () => Math.floor(schedule.now);
  const lane = new Lane({
    store: {
      load: async (refs) => database.load(refs),
      commit: async (batch) => database.commit(batch, undefined, (group) => written(group, now())),
    },
    sha256: sha256Hex,
    now,
    random: random.fraction,
    sleep: (ms) => schedule.sleep(ms, "furnishing"),
  });
  return { name: "furnisher", now, process: undefined, skew: new Skew(), lane };
};
