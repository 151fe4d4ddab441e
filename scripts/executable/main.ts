import { serveNode } from "../../src/runtime/serve-node.ts";
import { version } from "../../src/runtime/version.ts";
import type { Command } from "../commands/command.ts";
import { headsCommand } from "../commands/heads.ts";
import { healthCommand } from "../commands/health.ts";
import { keysCommand } from "../commands/keys.ts";
import { migrateCommand } from "../commands/migrate.ts";
import { verifyCommand } from "../commands/verify.ts";
import { embeddedAssets, embeddedMigrations } from "./embedded.ts";

const help = `Purser ${version}: wallets and cards, on a ledger that can be proved.

  purser serve            serve the API; ends in order on SIGTERM and SIGINT
  purser migrate          bring DATABASE_URL up to this version; --context directory|wallets
  purser keys secrets     fresh secrets for a deployment, one NAME=value a line
  purser keys organization NAME [--url URL]
                          an organization and its first API key, on a running Purser
  purser verify           prove the ledger of DATABASE_URL; --wallet ID, --heads FILE, --json
  purser heads --out FILE sign every wallet's chain head of DATABASE_URL
  purser health           whether the Purser of this HOST and PORT answers

Settings are read from the environment. Those of serve that must be set: DATABASE_URL,
CARD_ENCRYPTION_KEYS, CARD_FINGERPRINT_KEY and CARD_CVV_KEY, and ADMIN_TOKEN to make the first
organization. HOST is 127.0.0.1 and PORT 8787 where they are not set.`;

const commands: Readonly<Record<string, Command>> = {
  migrate: migrateCommand(embeddedMigrations),
  keys: keysCommand,
  verify: verifyCommand,
  heads: headsCommand,
  health: healthCommand,
};

const main = async ([name = "help", ...args]: readonly string[]): Promise<number | undefined> => {
  if (["help", "--help", "-h"].includes(name)) {
    console.log(help);
    return 0;
  }
  if (name === "serve" && args.length === 0) {
    serveNode(process.env, embeddedAssets());
    return undefined;
  }
  const command = commands[name];
  if (command) return command(args, `purser ${name}`);
  console.error(`purser cannot ${[name, ...args].join(" ")}.\n\n${help}`);
  return 2;
};

main(process.argv.slice(2)).then(
  (code) => {
    if (code !== undefined) process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
