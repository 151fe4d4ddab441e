/**
 * Stands before the gateway in development only: `wrangler dev` fires no cron triggers, and
 * can be asked for those of its first Worker only.
 */
export default {
  async fetch(request, { GATEWAY, WALLETS }) {
    if (new URL(request.url).pathname !== "/__scheduled") return GATEWAY.fetch(request);
    const { outcome } = await WALLETS.scheduled({ scheduledTime: new Date(), cron: "* * * * *" });
    return new Response(outcome, { status: outcome === "ok" ? 200 : 500 });
  },
};
