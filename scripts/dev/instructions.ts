import { apiClient } from "../api-client.ts";

/** Lines to paste, with ids that exist. */
export const instructions = async (url: string, apiKey: string): Promise<string> => {
  const cards = await apiClient(url, apiKey).get<{ id: string; walletId: string }[]>(
    "/v1/cards?limit=1&sort=asc",
  );
  const key = `-H 'Authorization: Bearer ${apiKey}'`;
  const json = "-H 'Content-Type: application/json'";
  const card = cards[0];
  const lines = card
    ? [
        "A card payment, approved or declined against the card's wallet:",
        `  curl -s ${url}/v1/authorizations ${key} ${json} -d '{"cardId":"${card.id}","amount":1250}'`,
        "What the wallet has now, and how it came to it:",
        `  curl -s ${url}/v1/wallets/${card.walletId} ${key}`,
        `  curl -s ${url}/v1/wallets/${card.walletId}/transactions ${key}`,
      ]
    : [
        "A person to begin with:",
        `  curl -s ${url}/v1/users ${key} ${json} -d '{"email":"ada@harbour.example","name":"Ada"}'`,
      ];
  return `\n${lines.join("\n")}\nThe API's reference: ${url}/docs    Stop with Ctrl-C.\n`;
};
