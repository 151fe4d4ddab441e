import { type CapnpValue, capnpText, Embedded } from "./capnp.ts";
import type { WorkerSettings } from "./worker-settings.ts";

export interface Edge {
  readonly port: number;
  /**
   * By binding, a module between this edge and the Durable Objects, for what happens on
   * real networks: its class has the name of theirs, and finds theirs as `env.BEHIND`.
   */
  readonly between?: Readonly<Record<string, string>>;
  /** A module between the clients and this edge, which finds the edge as `env.BEHIND`. */
  readonly front?: string;
}

export interface ConfigOptions {
  readonly settings: WorkerSettings;
  /** The bundle's entry. */
  readonly module: string;
  readonly edges: readonly Edge[];
  /** The environment's names that the Worker sees. */
  readonly names: readonly string[];
  /** Where Durable Objects keep their SQLite. */
  readonly objectsFolder: string;
}

/** Whose isolate the Durable Objects live in. */
const host = "objects";

/**
 * One process as many places: each edge is a service, and so an isolate of its own on a
 * port of its own, as is the host of the Durable Objects that they all share.
 */
export const workerdConfig = (options: ConfigOptions): string => {
  const { settings, edges, objectsFolder } = options;
  const objects = {
    name: host,
    worker: {
      ...worker(options, () => host),
      durableObjectNamespaces: settings.objects.map(({ className }) => ({
        className,
        uniqueKey: `purser-${className}`,
        enableSql: true,
      })),
      durableObjectStorage: { localDisk: "objects-disk" },
    },
  };
  const services: CapnpValue[] = [
    objects,
    ...edges.flatMap((edge, at) => edgeServices(options, edge, `edge-${at}`)),
    { name: "objects-disk", disk: { path: objectsFolder, writable: true } },
    ...(settings.assets ? [{ name: "assets", disk: { path: settings.assets.folder } }] : []),
    internet,
  ];
  const sockets = edges.map(({ port, front }, at) => ({
    name: `edge-${at}`,
    address: `127.0.0.1:${port}`,
    http: {},
    service: front === undefined ? `edge-${at}` : `edge-${at}-front`,
  }));
  return configText({ services, sockets });
};

export const configText = (config: CapnpValue): string =>
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = ${capnpText(config)};
`;

/** What Workers fetch from; the local Neon endpoint is on the loopback interface. */
export const internet: CapnpValue = {
  name: "internet",
  network: { allow: ["public", "private"], tlsOptions: { trustBrowserCas: true } },
};

const edgeServices = (
  options: ConfigOptions,
  { between = {}, front }: Edge,
  name: string,
): CapnpValue[] => [
  {
    name,
    worker: worker(options, (binding) => (binding in between ? `${name}-${binding}` : host)),
  },
  ...Object.entries(between).map(([binding, source]) => ({
    name: `${name}-${binding}`,
    worker: middle(options.settings, binding, source),
  })),
  ...(front === undefined
    ? []
    : [{ name: `${name}-front`, worker: inFrontOf(name, options.settings, front) }]),
];

/** The bundle; `serviceOf` says whose Durable Objects it finds under a binding. */
const worker = (
  { settings, module, names }: ConfigOptions,
  serviceOf: (binding: string) => string,
): Record<string, CapnpValue> => {
  const variables = Object.entries(settings.variables).filter(([name]) => !names.includes(name));
  return {
    ...compatibility(settings),
    modules: [{ name: "worker.js", esModule: new Embedded(module) }],
    bindings: [
      ...variables.map(([name, text]) => ({ name, text })),
      // Secrets stay in the environment: the configuration is a file.
      ...names.map((name) => ({ name, fromEnvironment: name })),
      ...settings.objects.map(({ binding, className }) => ({
        name: binding,
        durableObjectNamespace: { className, serviceName: serviceOf(binding) },
      })),
      ...(settings.assets ? [{ name: settings.assets.binding, service: "assets" }] : []),
    ],
  };
};

const inFrontOf = (edge: string, settings: WorkerSettings, source: string): CapnpValue => ({
  ...compatibility(settings),
  modules: [{ name: "front.js", esModule: source }],
  bindings: [{ name: "BEHIND", service: edge }],
});

const middle = (settings: WorkerSettings, binding: string, source: string): CapnpValue => {
  const className = settings.objects.find((one) => one.binding === binding)?.className;
  if (className === undefined) throw new Error(`there is no namespace ${binding}`);
  return {
    ...compatibility(settings),
    modules: [{ name: "middle.js", esModule: source }],
    bindings: [{ name: "BEHIND", durableObjectNamespace: { className, serviceName: host } }],
    durableObjectNamespaces: [{ className, uniqueKey: `between-${className}` }],
    durableObjectStorage: { inMemory: null },
  };
};

export const compatibility = ({ compatibilityDate, compatibilityFlags }: WorkerSettings) => ({
  compatibilityDate,
  compatibilityFlags,
});
