import { expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { readWorkerSettings } from "../workerd/worker-settings.ts";
import { serviceConfigFile, serviceNames } from "./service-names.ts";

const configs = serviceNames.map((name) => ({
  service: name,
  ...readWorkerSettings(serviceConfigFile(name)),
  config: unstable_readConfig({ config: serviceConfigFile(name) }),
}));

test("the services run on the platform's day on which the monolith runs", () => {
  const { compatibilityDate, compatibilityFlags } = readWorkerSettings();
  for (const one of configs) {
    expect(one).toMatchObject({ compatibilityDate, compatibilityFlags });
  }
});

test("bindings name Workers that there are", () => {
  const names = configs.map(({ name }) => name);
  expect(names).toEqual(serviceNames.map((name) => `purser-${name}`));
  const bound = configs.flatMap(({ services }) => services);
  expect(bound).toHaveLength(4);
  for (const { binding, service } of bound) {
    expect(names).toContain(service);
    expect(service).toBe(`purser-${binding.toLowerCase()}`);
  }
});

const crons = { gateway: [], directory: ["11 * * * *"], wallets: ["* * * * *"] };

test("only the gateway can be given a route, and only the contexts have cron triggers", () => {
  for (const { service, config } of configs) {
    expect(config.workers_dev).toBe(false);
    expect(config.preview_urls ?? false).toBe(false);
    if (service !== "gateway")
      expect([config.route, config.routes]).toEqual([undefined, undefined]);
    expect(config.triggers.crons ?? []).toEqual(crons[service]);
  }
});

test("every class of the monolith's Durable Objects has a home, and metrics have one in each", () => {
  const homes = configs.flatMap(({ service, objects }) =>
    objects.map(({ className }) => `${className} ${service}`),
  );
  expect(homes.sort()).toEqual([
    "Lane wallets",
    "Metrics directory",
    "Metrics gateway",
    "Metrics wallets",
    "RateLimits gateway",
  ]);
  const classes = new Set(readWorkerSettings().objects.map(({ className }) => className));
  expect(new Set(homes.map((home) => home.split(" ")[0]))).toEqual(classes);
});
