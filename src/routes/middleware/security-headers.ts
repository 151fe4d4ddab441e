import type { Context } from "hono";
import { addHeaders } from "../answer.ts";
import type { HonoEnv } from "../hono-env.ts";

const common = {
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Origin-Agent-Cluster": "?1",
  "X-DNS-Prefetch-Control": "off",
  "X-Permitted-Cross-Domain-Policies": "none",
} as const;

/** An API's answers are data: nothing in them may run, load or be framed. */
const forData = {
  ...common,
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
};

/** The API reference: its own scripts only; Swagger UI writes style attributes and data: images. */
const forPages = {
  ...common,
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
};

/** What OWASP's list of secure headers asks for, as far as it concerns an API and one page. */
export const addSecurityHeaders = (c: Context<HonoEnv>): void =>
  addHeaders(c, /^\/docs(\/|$)/.test(c.req.path) ? forPages : forData);
