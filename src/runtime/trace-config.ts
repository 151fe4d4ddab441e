import * as z from "zod";
import { optional, share } from "./variables.ts";

/** Where traces are exported to. */
export interface TraceTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the traces that begin here, the share that is sampled. */
  readonly share: number;
  readonly serviceName: string;
}

const httpUrl = z.url({ protocol: /^https?$/ });

/** `name=value,name=value` with percent-encoded values, as OpenTelemetry has it (W3C Baggage). */
const headerPairs = z
  .string()
  .default("")
  .transform((text, context): Record<string, string> => {
    const headers: Record<string, string> = {};
    for (const pair of text.split(",").filter((part) => part.trim() !== "")) {
      const [, name, value] =
        /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*([\x21-\x7e]*)\s*$/.exec(pair) ?? [];
      const decoded = value === undefined ? undefined : decode(value);
      if (name === undefined || decoded === undefined) {
        context.addIssue({
          code: "custom",
          message: "must be name=value pairs with commas between",
        });
        return z.NEVER;
      }
      headers[name.toLowerCase()] = decoded;
    }
    return headers;
  });

/** `undefined` where it is not percent-encoded text that a header can hold. */
const decode = (value: string): string | undefined => {
  try {
    const text = decodeURIComponent(value);
    return /^[\x20-\x7e]*$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
};

/**
 * OpenTelemetry's own names. The first is a collector's address, `/v1/traces` being added;
 * the second is used as it is, and before the first.
 */
export const traceVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(httpUrl.optional()),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(httpUrl.optional()),
  OTEL_EXPORTER_OTLP_HEADERS: optional(headerPairs),
  OTEL_TRACES_SAMPLER_ARG: optional(share),
  OTEL_SERVICE_NAME: optional(z.string().max(200).default("purser")),
};

const environment = z.object(traceVariables);

/** `undefined` where no collector is named. */
export const traceTarget = (vars: z.output<typeof environment>): TraceTarget | undefined => {
  const collector = vars.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, "");
  const url = vars.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (collector && `${collector}/v1/traces`);
  return url === undefined
    ? undefined
    : {
        url,
        headers: vars.OTEL_EXPORTER_OTLP_HEADERS,
        share: vars.OTEL_TRACES_SAMPLER_ARG,
        serviceName: vars.OTEL_SERVICE_NAME,
      };
};
