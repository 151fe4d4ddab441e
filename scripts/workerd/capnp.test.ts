import { expect, test } from "vitest";
import { capnpText, Embedded } from "./capnp.ts";

test("values are written in Cap'n Proto's text format, and no text can break out of its quotes", () => {
  expect(
    capnpText({
      name: 'a "b"\n)',
      worker: { modules: [{ esModule: new Embedded("/a b/worker.js") }], flags: [] },
      disk: { writable: true, none: null },
    }),
  ).toBe(
    String.raw`(name = "a \"b\"\n)", worker = (modules = [(esModule = embed "/a b/worker.js")], flags = []), disk = (writable = true, none = void))`,
  );
});
