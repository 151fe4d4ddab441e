import { headsCommand } from "./commands/heads.ts";

process.exitCode = await headsCommand(process.argv.slice(2), "npm run heads --");
