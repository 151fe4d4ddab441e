import type { Context } from "hono";
import type { Actor } from "../../domain/actor.ts";
import type { ApiKeyRecord } from "../../domain/directory/api-keys/api-key.ts";
import type { Directory } from "../../domain/directory/directory.ts";
import { addHeaders } from "../answer.ts";
import type { Access, Admission, Admit, HonoEnv } from "../hono-env.ts";
import { problem } from "../problem.ts";
import { rateLimitHeaders } from "../rate-limit/headers.ts";
import type { RateLimiter } from "../rate-limit/limiter.ts";
import { authenticateKey, bearerToken, isAdminToken, type Sha256 } from "./credentials.ts";
import { cacheKeys, maxKeys } from "./key-cache.ts";
import { trackLastUsed } from "./last-used.ts";

export interface AdmitOptions {
  readonly directory: Pick<Directory, "authenticate" | "touchApiKeys">;
  readonly limiter: RateLimiter;
  readonly onRateLimited: () => void;
  readonly onKeyLookup: (outcome: "hit" | "miss") => void;
  readonly adminToken: string | undefined;
  readonly rateLimitPerSecond: number;
  readonly defer: (work: Promise<unknown>) => void;
  readonly sha256: Sha256;
  readonly now: () => number;
}

/** Decides who gets in: credentials, then the key's rate limit, then its scope. */
export const createAdmit = (options: AdmitOptions): Admit => {
  const lookUp = cacheKeys(
    (id) => options.directory.authenticate(id),
    options.now,
    options.defer,
    maxKeys,
    options.onKeyLookup,
  );
  const lastUsed = trackLastUsed(
    (uses) => options.directory.touchApiKeys(uses),
    options.defer,
    options.now,
  );

  const withinLimit = async (
    c: Context<HonoEnv>,
    key: string,
    perSecond: number,
  ): Promise<Response | undefined> => {
    const verdict = await options.limiter.take(key, perSecond);
    addHeaders(c, rateLimitHeaders(verdict));
    if (verdict.allowed) return undefined;
    options.onRateLimited();
    const retryAfter = String(Math.max(1, Math.ceil(verdict.retryAfterMs / 1000)));
    return problem(c, "rate_limited", `At most ${perSecond} requests a second are allowed.`, {
      headers: { "Retry-After": retryAfter },
    });
  };

  const admitAdmin = async (c: Context<HonoEnv>, token: string): Promise<Admission> => {
    if (isAdminToken(token, options.adminToken, options.sha256)) {
      const limited = await withinLimit(c, "admin", options.rateLimitPerSecond);
      return limited ? no(limited) : { ok: true, actor: undefined };
    }
    const key = await authenticateKey(token, lookUp, options.sha256, options.now());
    return no(key ? forbidden(c, "admin") : unauthenticated(c, true));
  };

  const admitKey = async (
    c: Context<HonoEnv>,
    token: string,
    access: Access,
  ): Promise<Admission> => {
    const key = await authenticateKey(token, lookUp, options.sha256, options.now());
    if (!key) return no(unauthenticated(c, true));
    const actor = toActor(key, c.get("requestId"));
    // Set before a refusal can follow, so that the log says whose request was refused.
    c.set("actor", actor);
    const limited = await withinLimit(
      c,
      key.id,
      key.rateLimitPerSecond ?? options.rateLimitPerSecond,
    );
    if (limited) return no(limited);
    lastUsed.note(key.id, key.organizationId);
    if (!(key.scopes as readonly string[]).includes(access)) return no(forbidden(c, access));
    return { ok: true, actor };
  };

  return async (c, access) => {
    if (access === "public") return { ok: true, actor: undefined };
    const authorization = c.req.header("Authorization");
    const token = bearerToken(authorization);
    if (token === undefined) return no(unauthenticated(c, authorization !== undefined));
    return access === "admin" ? admitAdmin(c, token) : admitKey(c, token, access);
  };
};

const no = (response: Response): Admission => ({ ok: false, response });

const toActor = (key: ApiKeyRecord, requestId: string): Actor => ({
  organizationId: key.organizationId,
  apiKeyId: key.id,
  settings: key.settings,
  requestId,
});

/** RFC 6750 §3: without credentials, no error code. */
const unauthenticated = (c: Context<HonoEnv>, presented: boolean): Response =>
  problem(
    c,
    "unauthenticated",
    presented
      ? "The credentials are unknown, expired or revoked."
      : "Send an API key: Authorization: Bearer <id>.<secret>.",
    {
      headers: {
        "WWW-Authenticate": `Bearer realm="purser"${presented ? ', error="invalid_token"' : ""}`,
      },
    },
  );

const forbidden = (c: Context<HonoEnv>, access: Access): Response =>
  problem(
    c,
    "scope_missing",
    access === "admin"
      ? "This needs the admin token."
      : `This needs an API key with the scope ${access}.`,
    {
      headers: {
        "WWW-Authenticate": `Bearer realm="purser", error="insufficient_scope", scope="${access}"`,
      },
    },
  );
