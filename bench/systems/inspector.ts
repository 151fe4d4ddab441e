import { setTimeout as sleep } from "node:timers/promises";

export interface Inspector {
  /** Bytes that are in use when all garbage is gone. */
  heapAfterCollection(): Promise<number>;
  close(): void;
}

interface Answer {
  readonly id: number;
  readonly result?: { readonly usedSize?: number };
  readonly error?: { readonly message: string };
}

/** Looks into a Node process that was started with `--inspect`, over the debugger's protocol. */
export const inspect = async (port: number): Promise<Inspector> => {
  const socket = await connected(await debuggerUrl(port));
  let last = 0;
  const ask = (method: string): Promise<NonNullable<Answer["result"]>> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const closed = (): void => reject(new Error(`${method}: the process is gone`));
      const listen = ({ data }: MessageEvent): void => {
        const answer = JSON.parse(String(data)) as Answer;
        if (answer.id !== id) return;
        socket.removeEventListener("message", listen);
        socket.removeEventListener("close", closed);
        if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer.result ?? {});
      };
      socket.addEventListener("message", listen);
      socket.addEventListener("close", closed);
      socket.send(JSON.stringify({ id, method }));
    });
  return {
    heapAfterCollection: async () => {
      await ask("HeapProfiler.collectGarbage");
      const { usedSize } = await ask("Runtime.getHeapUsage");
      if (usedSize === undefined) throw new Error("the process does not tell of its heap");
      return usedSize;
    },
    close: () => socket.close(),
  };
};

const connected = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`no connection to ${url}`)));
  });
  return socket;
};

const debuggerUrl = async (port: number): Promise<string> => {
  for (let attempt = 1; attempt <= 100; attempt++) {
    const targets = await fetch(`http://127.0.0.1:${port}/json/list`).then(
      (response) => response.json() as Promise<{ webSocketDebuggerUrl: string }[]>,
      () => [],
    );
    if (targets[0]) return targets[0].webSocketDebuggerUrl;
    await sleep(50);
  }
  throw new Error("the process cannot be inspected");
};
