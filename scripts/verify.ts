import { verifyCommand } from "./commands/verify.ts";

process.exitCode = await verifyCommand(process.argv.slice(2), "npm run verify --");
