import {
  contractFaults,
  documentedCodes,
  type Operation,
  schemaFaults,
} from "../support/contract.ts";
import type { Concrete } from "./concrete.ts";
import { type Discretion, toldKey, withoutTold } from "./discretion.ts";
import type { WireAnswer } from "./wire.ts";

export interface Judged {
  /** What is wrong with the answer; nothing, mostly. */
  readonly faults: readonly string[];
  /** The answer's JSON. */
  readonly body: unknown;
}

export interface OracleOptions {
  readonly discretion: Discretion;
  /** Ids that must not be told to who asked. */
  readonly hiddenFrom: (request: Concrete) => readonly ReadonlySet<string>[];
}

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Holds an answer against everything that the document and the rules of the edge promise. */
export const judge = (
  request: Concrete,
  answer: WireAnswer,
  { discretion, hiddenFrom }: OracleOptions,
): Judged => {
  const { sent } = request;
  const isMissed = missed(sent.target, answer);
  const reached = isMissed ? undefined : request.reached;
  const status = isMissed ? undefined : request.status;
  const type = answer.headers.get("Content-Type") ?? "";
  const json = parsed(answer.text, type);
  if (json === broken) return { faults: ["the answer is no JSON"], body: undefined };
  const body = json ?? (answer.text === "" ? undefined : answer.text);
  const { pathname } = new URL(sent.target, "http://purser.invalid");
  const path = reached?.path ?? (isMissed ? sent.target : pathname);
  const isHead = sent.method === "HEAD";
  const said = JSON.stringify([...answer.headers]) + JSON.stringify(withoutTold(reached, body));
  const faults = [
    ...(isHead ? headFaults(answer) : contractFaults(sent.method, path, { ...answer, body })),
    ...statusFaults(answer.status, reached, status, isHead ? undefined : body),
    ...acceptanceFaults(sent, reached, answer.status),
    ...headerFaults(sent, answer, reached),
    ...discretion.faultsIn(said),
    ...hiddenFrom(request).flatMap((ids) => [
      ...idsTold(answer.text, ids),
      ...trespasses(sent, reached, answer.status, ids),
    ]),
  ];
  discretion.remember(toldKey(reached, body));
  return { faults, body };
};

/** Whether `..` is resolved before a path is routed is the runtime's to decide; Deno does not. */
const missed = (target: string, { status, headers }: WireAnswer): boolean =>
  /\/(\.|%2e){2}\//i.test(target) && status === 404 && !headers.has("RateLimit");

const broken = Symbol("not JSON");

const parsed = (text: string, type: string): unknown => {
  if (text === "" || !type.includes("json")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return broken;
  }
};

const headFaults = ({ text }: WireAnswer): string[] =>
  text === "" ? [] : ["HEAD is answered with a body"];

const statusFaults = (
  status: number,
  reached: Operation | undefined,
  decided: number | undefined,
  body: unknown,
): string[] => {
  const faults = status >= 500 ? [`it fails: ${status}`] : [];
  if (status === 429) faults.push("it is limited though it is allowed as much");
  if (decided !== undefined && status !== decided) {
    faults.push(`the credentials make it ${decided}, but it is ${status}`);
  }
  if (!reached)
    return status < 300 && status !== 204 ? [...faults, `${status} of no operation`] : faults;
  const { code } = (body ?? {}) as { code?: unknown };
  if (status < 400 || typeof code !== "string") return faults;
  const codes = documentedCodes(reached, status);
  return codes.includes(code) ? faults : [...faults, `the code ${code} is not documented`];
};

/** What the document forbids is not done. */
const acceptanceFaults = (
  { target, body, method }: Concrete["sent"],
  reached: Operation | undefined,
  status: number,
): string[] => {
  if (!reached || status >= 300 || method === "HEAD") return [];
  const names = [...new URL(target, "http://purser.invalid").searchParams.keys()].filter(
    (name) => name !== "",
  );
  const known = reached.query.map(({ name }) => name);
  const faults = names
    .filter((name, at) => !known.includes(name) || names.indexOf(name) !== at)
    .filter(() => reached.path.startsWith("/v1/"))
    .map((name) => `the parameter ${name} is accepted`);
  if (!body || !reached.body || body.length === 0) return faults;
  const value = JSON.parse(new TextDecoder().decode(body));
  const wrong = schemaFaults(`body of ${reached.id}`, reached.body, value);
  return [...faults, ...wrong.map((fault) => `the body is accepted: ${fault}`)];
};

const promised: readonly (readonly [name: string, form: RegExp])[] = [
  ["X-Content-Type-Options", /^nosniff$/],
  ["Content-Security-Policy", /default-src 'none'/],
  ["Strict-Transport-Security", /max-age=\d{7,}/],
  ["Referrer-Policy", /^no-referrer$/],
  ["traceparent", /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/],
];

/** They would say what runs here, or let a browser in. */
const unwanted = ["Server", "X-Powered-By", "Set-Cookie", "Access-Control-Allow-Origin"];

const requestIdForm = /^[A-Za-z0-9._-]{1,64}$/;

const headerFaults = (
  { headers: sent }: Concrete["sent"],
  { status, headers }: WireAnswer,
  reached: Operation | undefined,
): string[] => {
  const faults = promised
    .filter(([name, form]) => !form.test(headers.get(name) ?? ""))
    .map(([name]) => `${name} is ${headers.get(name)}`);
  for (const name of unwanted) {
    if (headers.has(name)) faults.push(`${name} is ${headers.get(name)}`);
  }
  const asked = sent.filter(([name]) => name.toLowerCase() === "x-request-id");
  const [, id = ""] = asked[0] ?? [];
  if (asked.length === 1 && requestIdForm.test(id) && headers.get("X-Request-Id") !== id) {
    faults.push("X-Request-Id is not the one that was sent");
  }
  if (!reached?.path.startsWith("/v1/")) return faults;
  if (status !== 204 && headers.get("Cache-Control") !== "no-store")
    faults.push("it may be cached");
  if (status !== 401 && reached.access !== "public" && !headers.get("RateLimit")) {
    // The admin's refusal of a key is told before any limit.
    if (!(status === 403 && reached.access === "admin")) faults.push("RateLimit is missing");
  }
  return faults;
};

const idsTold = (text: string, ids: ReadonlySet<string>): string[] =>
  [...new Set(text.match(uuids) ?? [])]
    .filter((id) => ids.has(id))
    .map((id) => `another organization's id ${id} is told`);

/** What is another organization's is not there: whatever names it does nothing. */
const trespasses = (
  { target, body }: Concrete["sent"],
  reached: Operation | undefined,
  status: number,
  ids: ReadonlySet<string>,
): string[] => {
  // Of a batch each item has an outcome of its own, and filters of a list only find nothing.
  if (!reached || status >= 300 || reached.path.endsWith("/batch")) return [];
  const place = reached.isList ? (target.split("?")[0] ?? "") : target;
  const named = `${place} ${body ? new TextDecoder().decode(body) : ""}`.toLowerCase();
  return [...new Set(named.match(uuids) ?? [])]
    .filter((id) => ids.has(id))
    .map((id) => `it acts on ${id} of another organization`);
};
