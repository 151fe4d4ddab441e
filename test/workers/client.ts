import { env, exports } from "cloudflare:workers";

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
  readonly body: Record<string, unknown>;
}

export type Send = <T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer<T>>;

/** Sends to the Worker under test, inside workerd. */
export const sender =
  (token: string): Send =>
  async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const response = await exports.default.fetch(
      new Request(`https://purser.test${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const answer = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    return {
      status: response.status,
      headers: response.headers,
      data: answer.data as T,
      body: answer,
    };
  };

/** An organization of the test's own. */
export const newOrganization = async (): Promise<Send> => {
  const admin = sender(env.ADMIN_TOKEN ?? "");
  const { data } = await admin<{ apiKey: string }>("POST", "/v1/organizations", {
    name: "Workers",
  });
  return sender(data.apiKey);
};

/** A funded wallet of a new user, and a card on it. */
export const newWallet = async (send: Send, amount: number) => {
  const email = `${crypto.randomUUID()}@harbour.example`;
  const user = await send<{ id: string }>("POST", "/v1/users", { email });
  const wallet = await send<{ id: string }>("POST", "/v1/wallets", {
    userId: user.data.id,
    name: "Wallet",
  });
  if (amount > 0) await send("POST", `/v1/wallets/${wallet.data.id}/deposits`, { amount });
  const card = await send<{ id: string }>("POST", "/v1/cards", { walletId: wallet.data.id });
  return { walletId: wallet.data.id, cardId: card.data.id };
};

export const availableOf = async (send: Send, walletId: string): Promise<number> =>
  (await send<{ available: number }>("GET", `/v1/wallets/${walletId}`)).data.available;
