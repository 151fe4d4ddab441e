import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { refusalCodes } from "../../src/domain/result.ts";
import { authorizationStatuses } from "../../src/domain/wallets/model/authorization.ts";
import { asked, type Cell, cells, statesDocument } from "./document.ts";
import { circumstances, commands, states } from "./scenes.ts";

const all = [...cells(states), ...cells(circumstances)];
const names = [...Object.keys(states), ...Object.keys(circumstances)];

describe("the table of states and commands", () => {
  test("has a cell for every command in every state, and none is undefined", () => {
    expect(all).toHaveLength(names.length * Object.keys(asked).length);
    for (const state of names) {
      for (const command of Object.keys(asked)) {
        const found = all.filter((cell) => cell.state === state && cell.command === command);
        expect([state, command, found.length]).toEqual([state, command, 1]);
        expect(found[0]?.result).toMatch(found[0]?.refused ? /^`\w+`$/ : /^[a-z][\w:, ]+$/);
      }
    }
  });

  test("names every status that there is, before commands and after them", () => {
    const statuses = [...authorizationStatuses].sort();
    const before = Object.values(states).map((scene) => scene().state.authorization?.status);
    expect([...new Set(before)].sort()).toEqual(statuses);
    expect([...new Set(all.map(({ payment }) => payment.status))].sort()).toEqual(statuses);
  });

  test("asks every command that names an authorization", () => {
    expect([...new Set(Object.values(asked).map(({ kind }) => kind))].sort()).toEqual(
      Object.keys(commands).sort(),
    );
  });

  test("refuses with codes of the closed list, and succeeds somewhere with every command", () => {
    const codes = new Set(refusalCodes.map((code) => `\`${code}\``));
    for (const cell of all) expect(cell.refused ? codes.has(cell.result) : true).toBe(true);
    const bound = ["capture 121", "reverse 101", "refund 101", "increment 500"];
    for (const command of Object.keys(asked)) {
      const succeeds = (cell: Cell) => !cell.refused && !cell.result.startsWith("declined");
      const some = all.some((cell) => cell.command === command && succeeds(cell));
      expect([command, some]).toEqual([command, !bound.includes(command)]);
    }
  });

  test("gives a refusal that is known to be of that state", () => {
    const refusals = (state: string) =>
      Object.fromEntries(
        all
          .filter((cell) => cell.state === state && cell.refused)
          .map(({ command, result }) => [command, result.slice(1, -1)]),
      );
    const ended = {
      "increment 50": "authorization_not_open",
      "increment 500": "authorization_not_open",
      reverse: "authorization_not_open",
      "reverse 30": "authorization_not_open",
      "reverse 101": "authorization_not_open",
      expire: "authorization_not_open",
      "refund 101": "refund_exceeds_capture",
    };
    const uncapturable = {
      capture: "authorization_not_open",
      "capture 30": "authorization_not_open",
      "capture 30, not final": "authorization_not_open",
      "capture 120": "authorization_not_open",
      "capture 121": "authorization_not_open",
    };
    const unrefundable = { "refund 30": "refund_exceeds_capture" };
    expect(refusals("declined")).toEqual({ ...ended, ...uncapturable, ...unrefundable });
    expect(refusals("reversed")).toEqual({ ...ended, ...uncapturable, ...unrefundable });
    expect(refusals("closed: captured")).toEqual({ ...ended, ...uncapturable });
    expect(refusals("expired")).toEqual({
      ...ended,
      ...unrefundable,
      "capture 121": "capture_exceeds_authorization",
    });
    expect(refusals("open")).toEqual({
      ...unrefundable,
      "capture 121": "capture_exceeds_authorization",
      "reverse 101": "reversal_exceeds_hold",
      expire: "hold_not_expired",
      "refund 101": "refund_exceeds_capture",
    });
  });

  test("is what is committed", async () => {
    const file = new URL("../../docs/authorization-states.md", import.meta.url);
    expect(await readFile(file, "utf8")).toBe(statesDocument());
  });
});
