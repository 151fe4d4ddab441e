import { keysCommand } from "./commands/keys.ts";

process.exitCode = await keysCommand(process.argv.slice(2), "npm run keys --");
