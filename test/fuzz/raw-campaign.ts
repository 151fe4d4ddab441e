import { connect, type Socket } from "node:net";
import fc from "fast-check";
import type { Server } from "../support/api.ts";
import type { Wallet } from "../support/resources.ts";
import { Discretion } from "./discretion.ts";
import { health, lines, type RawCase, type RawTarget, users } from "./raw-case.ts";
import { rawCases } from "./raw-cases.ts";
import { exchangeRaw, type RawOutcome } from "./raw-socket.ts";
import { newTenant } from "./tenant.ts";

export interface RawOptions {
  readonly server: Server;
  readonly seed: number;
  /** The cases that are written down, and generated ones up to so many. */
  readonly exchanges: number;
  readonly secrets: readonly string[];
  readonly onProgress?: (done: number, failures: number) => void;
}

export interface RawFailure {
  readonly name: string;
  readonly faults: readonly string[];
  readonly answered: string;
  /** As a line for a shell; pauses are left out. */
  readonly shell: string;
}

export interface RawReport {
  readonly exchanges: number;
  readonly failures: readonly RawFailure[];
}

/** Writes bytes to the server's socket that no client of it would, and looks what it does. */
export const runRawCampaign = async (options: RawOptions): Promise<RawReport> => {
  const { server, seed, exchanges, onProgress } = options;
  const { organization } = await newTenant(server);
  const wallet = await organization.wallet();
  const target: RawTarget = {
    host: new URL(server.url).host,
    key: organization.apiKey,
    walletId: wallet.id,
  };
  const discretion = new Discretion([...options.secrets, organization.apiKey.split(".")[1] ?? ""]);
  const failures: RawFailure[] = [];
  let done = 0;

  const faultsOf = async (one: RawCase): Promise<RawFailure | undefined> => {
    const outcome = await exchangeRaw(server.url, one);
    done += 1;
    onProgress?.(done, failures.length);
    const faults = [
      ...outcomeFaults(one, outcome),
      ...discretion.faultsIn(outcome.text),
      ...(await afterwards(organization.walletNow(wallet.id))),
    ];
    if (faults.length === 0) return undefined;
    const answered = outcome.text.slice(0, longestAnswer);
    return { name: one.name, faults, answered, shell: shellOf(server.url, one) };
  };

  for (const one of rawCases(target)) {
    const failure = await faultsOf(one);
    if (failure) failures.push(failure);
  }
  const generated = Math.max(0, exchanges - done);
  let smallest: RawFailure | undefined;
  const property = fc.asyncProperty(damaged(target), async (one) => {
    const failure = await faultsOf(one);
    if (!failure) return;
    smallest = failure;
    throw new Error("the server took it badly");
  });
  await fc.check(property, { seed, numRuns: generated });
  if (smallest) failures.push(smallest);
  const crowded = await crowdFaults(server.url, () => organization.walletNow(wallet.id));
  if (crowded.length > 0) {
    failures.push({
      name: "a crowd of unfinished requests",
      faults: crowded,
      answered: "",
      shell: "",
    });
  }
  return { exchanges: done, failures };
};

const longestAnswer = 600;

/** A runtime's own words for what it does not know; nothing of ours has run. */
const unknownToRuntime = [501, 505];

const outcomeFaults = (one: RawCase, { statuses, closed }: RawOutcome): string[] => {
  const faults = statuses
    .filter((status) => status >= 500 && !unknownToRuntime.includes(status))
    .map((status) => `it fails: ${status}`);
  if (statuses.length > one.requests) {
    faults.push(`${statuses.length} answers to ${one.requests} requests`);
  }
  if (one.answers && JSON.stringify(one.answers) !== JSON.stringify(statuses)) {
    faults.push(`answered ${statuses}, not ${one.answers}`);
  }
  if (!closed) faults.push("the connection is left open");
  return faults;
};

/** A request that comes later is answered rightly, and no money came in by any way. */
const afterwards = async (reading: Promise<Wallet>): Promise<string[]> => {
  try {
    const { status, available } = await reading;
    return status === "active" && available === 0 ? [] : [`afterwards: ${status} ${available}`];
  } catch (error) {
    return [`afterwards: ${error}`];
  }
};

/** Bytes of a good request with some of them wrong. */
const damaged = (target: RawTarget): fc.Arbitrary<RawCase> => {
  const whole = [
    health(target),
    users(target),
    health(target) + users(target),
    lines(
      "POST /v1/users HTTP/1.1",
      `Host: ${target.host}`,
      `Authorization: Bearer ${target.key}`,
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
      "",
      '9\r\n{"email":\r\n3\r\n[]}\r\n0\r\n\r\n',
    ),
  ];
  const damage = fc.record({
    at: fc.nat(2_000),
    cut: fc.nat(4),
    put: fc.oneof(
      fc.constantFrom(
        "",
        "\r\n",
        "\n",
        "\r",
        "\u0000",
        " ",
        "\t",
        ":",
        "\u00ff",
        "Transfer-Encoding: chunked\r\n",
      ),
      fc.string({ unit: "binary-ascii", maxLength: 12 }),
    ),
  });
  return fc
    .tuple(fc.constantFrom(...whole), fc.array(damage, { minLength: 1, maxLength: 6 }))
    .map(([text, damages]) => ({
      name: "a damaged request",
      pieces: [damages.reduce((now, { at, cut, put }) => spliced(now, at, cut, put), text)],
      // As many as there may be heads in it, and a refusal of what is left.
      requests: 4,
    }));
};

const spliced = (text: string, at: number, cut: number, put: string): string => {
  const place = at % (text.length + 1);
  return text.slice(0, place) + put + text.slice(place + cut);
};

const crowd = 150;

/** Many who begin a request and do not end it keep nobody else waiting. */
const crowdFaults = async (url: string, read: () => Promise<Wallet>): Promise<string[]> => {
  const { hostname, port } = new URL(url);
  const begin = "POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nX-A";
  const sockets = await Promise.all(
    Array.from(
      { length: crowd },
      () =>
        new Promise<Socket>((resolve) => {
          const socket = connect({ host: hostname, port: Number(port) });
          socket.once("error", () => resolve(socket));
          socket.write(begin, () => resolve(socket));
        }),
    ),
  );
  const faults = await afterwards(read());
  for (const socket of sockets) socket.destroy();
  return faults;
};

const shellOf = (url: string, { pieces }: RawCase): string => {
  const { hostname, port } = new URL(url);
  const bytes = pieces.flatMap((piece) =>
    typeof piece === "number"
      ? []
      : [typeof piece === "string" ? Buffer.from(piece, "latin1") : Buffer.from(piece)],
  );
  const text = Buffer.concat(bytes).toString("base64");
  const shown = text.length > 4_000 ? `${text.slice(0, 4_000)}...` : text;
  return `base64 -d <<< ${shown} | nc ${hostname} ${port}`;
};
