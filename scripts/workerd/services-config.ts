import type { ServiceName } from "../services/service-names.ts";
import { type CapnpValue, Embedded } from "./capnp.ts";
import { compatibility, configText, internet } from "./config.ts";
import type { WorkerSettings } from "./worker-settings.ts";

/** A service as this process runs it. */
export interface Place {
  readonly settings: WorkerSettings;
  /** The bundle's entry. */
  readonly module: string;
  /** By binding, the name under which the process finds the value in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it listens: the gateway for clients, another for the processes of the others. */
  readonly port: number | undefined;
}

export interface ServicesConfigOptions {
  /** The services of this process. */
  readonly here: Readonly<Partial<Record<ServiceName, Place>>>;
  /** On which port each of the others listens. */
  readonly elsewhere: Readonly<Partial<Record<ServiceName, number>>>;
  /** Where something asks for what the platform's cron triggers do; only beside the wallets. */
  readonly cronPort: number | undefined;
  /** Where Durable Objects keep their SQLite. */
  readonly objectsFolder: string;
}

/** As the others' bindings name it. */
const workerName = (service: string): string => `purser-${service}`;

/** What processes call each other by; nothing is looked up under it. */
const capnpConnectHost = "purser-service";

/**
 * Services of one process, which find each other by name, and those of other processes
 * over sockets: there, calls travel as Cap'n Proto, as they do inside.
 */
export const servicesConfig = (options: ServicesConfigOptions): string => {
  const { here, elsewhere, cronPort, objectsFolder } = options;
  const places = Object.entries(here);
  const services: CapnpValue[] = [
    ...places.map(([name, place]) => ({ name: workerName(name), worker: worker(place) })),
    ...Object.entries(elsewhere).map(([name, port]) => ({
      name: workerName(name),
      external: { address: `127.0.0.1:${port}`, http: { capnpConnectHost } },
    })),
    ...places.flatMap(([, { settings }]) =>
      settings.assets ? [{ name: "assets", disk: { path: settings.assets.folder } }] : [],
    ),
    { name: "objects-disk", disk: { path: objectsFolder, writable: true } },
    internet,
  ];
  const sockets: CapnpValue[] = places.flatMap(([name, { port }]) =>
    port === undefined
      ? []
      : [socket(workerName(name), port, name === "gateway" ? {} : { capnpConnectHost })],
  );
  if (cronPort !== undefined) {
    services.push({ name: "cron", worker: cron(here) });
    sockets.push(socket("cron", cronPort, {}));
  }
  return configText({ services, sockets });
};

const socket = (service: string, port: number, http: CapnpValue): CapnpValue => ({
  name: service,
  address: `127.0.0.1:${port}`,
  http,
  service,
});

const worker = ({ settings, module, environment }: Place): CapnpValue => {
  const variables = Object.entries(settings.variables).filter(([name]) => !(name in environment));
  return {
    ...compatibility(settings),
    modules: [{ name: "worker.js", esModule: new Embedded(module) }],
    bindings: [
      ...variables.map(([name, text]) => ({ name, text })),
      // Secrets stay in the environment: the configuration is a file.
      ...Object.entries(environment).map(([name, fromEnvironment]) => ({ name, fromEnvironment })),
      ...settings.objects.map(({ binding, className }) => ({
        name: binding,
        durableObjectNamespace: { className },
      })),
      ...settings.services.map(({ binding, service }) => ({ name: binding, service })),
      ...(settings.assets ? [{ name: settings.assets.binding, service: "assets" }] : []),
    ],
    durableObjectNamespaces: settings.objects.map(({ className }) => ({
      className,
      uniqueKey: `${settings.name}-${className}`,
      enableSql: true,
    })),
    durableObjectStorage: { localDisk: "objects-disk" },
  };
};

/** A request to it is a cron trigger of the wallets. */
const cron = ({ wallets }: ServicesConfigOptions["here"]): CapnpValue => {
  if (!wallets) throw new Error("only the wallets have a cron trigger");
  return {
    compatibilityDate: wallets.settings.compatibilityDate,
    compatibilityFlags: ["service_binding_extra_handlers"],
    modules: [{ name: "cron.js", esModule: cronSource }],
    bindings: [{ name: "WALLETS", service: wallets.settings.name }],
  };
};

const cronSource = `export default {
  async fetch(request, { WALLETS }) {
    const { outcome } = await WALLETS.scheduled({ scheduledTime: new Date(), cron: "* * * * *" });
    return new Response(outcome, { status: outcome === "ok" ? 200 : 500 });
  },
};`;
