import { execFileSync } from "node:child_process";
import { chmod, copyFile, readFile, rename } from "node:fs/promises";
import { inject } from "postject";

/** What Node looks for in itself to know that it carries something (Node's documentation). */
const sentinelFuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Makes an executable out of the Node that runs this and a blob that the same version made. */
const injected = async (blob: string, target: string): Promise<void> => {
  const unfinished = `${target}.${process.pid}`;
  await copyFile(process.execPath, unfinished);
  await chmod(unfinished, 0o755);
  const isMac = process.platform === "darwin";
  // A signature does not outlive a change, and macOS runs nothing without one.
  if (isMac) execFileSync("codesign", ["--remove-signature", unfinished]);
  await inject(unfinished, "NODE_SEA_BLOB", await readFile(blob), {
    sentinelFuse,
    ...(isMac && { machoSegmentName: "NODE_SEA" }),
  });
  if (isMac) execFileSync("codesign", ["--sign", "-", unfinished]);
  await rename(unfinished, target);
};

const [blob, target] = process.argv.slice(2);
if (!blob || !target) throw new Error("inject.cjs BLOB TARGET");
injected(blob, target).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
