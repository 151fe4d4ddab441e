import type { Json, JsonObject, OperationObject } from "./document.ts";
import { exampleValue } from "./example-value.ts";

/** A body that an operation accepts, with `{{...Id}}` where an id belongs; `undefined` if it takes none. */
export const exampleBody = (operation: OperationObject): Json | undefined => {
  const schema = bodySchema(operation);
  return schema && (exampleBodies[operation.operationId] ?? exampleValue(schema));
};

export const bodySchema = (operation: OperationObject): JsonObject | undefined => {
  const requestBody = operation["requestBody"] as JsonObject | undefined;
  const content = requestBody?.["content"] as Record<string, { schema: JsonObject }> | undefined;
  return content?.["application/json"]?.schema;
};

/** Where the schema alone does not say what makes sense: its members are all optional. */
const exampleBodies: Readonly<Record<string, Json>> = {
  updateOrganization: { name: "Renamed" },
  updateUser: { name: "Renamed" },
  updateTeam: { name: "Renamed" },
  updateTeamMember: { role: "admin" },
  createWallet: { userId: "{{userId}}", name: "Everyday" },
  createDeposit: { amount: 100_000, reference: "Top-up" },
  createTransfer: { fromWalletId: "{{walletId}}", toWalletId: "{{toWalletId}}", amount: 1_000 },
  createTransferBatch: {
    items: [
      { fromWalletId: "{{walletId}}", toWalletId: "{{toWalletId}}", amount: 1_000 },
      { fromWalletId: "{{walletId}}", toWalletId: "{{toWalletId}}", amount: 2_000 },
    ],
  },
  createRefund: { authorizationId: "{{authorizationId}}", amount: 1_000 },
  updateWallet: { limits: { day: { amount: 100_000, count: 20 }, week: null } },
  updateCard: { name: "Travel", limits: { perTransaction: { amount: 50_000 } } },
};
