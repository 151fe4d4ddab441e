import { parseArgs } from "node:util";

export interface VerifyArguments {
  readonly from: string | undefined;
  readonly organizationId: string | undefined;
  readonly walletId: string | undefined;
  readonly heads: string | undefined;
  readonly jwks: string | undefined;
  readonly json: boolean;
}

export const usageOf = (program: string): string => `${program} [options]
    Proves the ledger of DATABASE_URL (docs/operations/verify.md). Findings go to standard
    output, progress to standard error.
  --from WALLET_ID       go on where an earlier run was stopped
  --organization ID      only this organization's wallets
  --wallet ID            only this wallet
  --heads FILE           also hold every log against these signed heads
  --jwks FILE_OR_URL     the public keys of the heads; without it those of RECEIPT_SIGNING_KEYS
  --json                 findings and the summary as JSON, one a line
Ends with 0 if all is right, 1 if something was found, 2 if it could not run.`;

/** What the command line asks for; throws a message for people. */
export const verifyArguments = (args: readonly string[]): VerifyArguments => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      from: { type: "string" },
      organization: { type: "string" },
      wallet: { type: "string" },
      heads: { type: "string" },
      jwks: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  for (const name of ["from", "organization", "wallet"] as const) {
    const value = values[name];
    if (value !== undefined && !uuid.test(value)) throw new Error(`--${name} must be an id`);
  }
  return {
    from: values.from?.toLowerCase(),
    organizationId: values.organization?.toLowerCase(),
    walletId: values.wallet?.toLowerCase(),
    heads: values.heads,
    jwks: values.jwks,
    json: values.json,
  };
};

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
