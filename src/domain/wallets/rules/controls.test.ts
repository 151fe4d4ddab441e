import { expect, test } from "vitest";
import { noControls } from "../model/controls.ts";
import { patchControls } from "./wallet-lifecycle.ts";

const controls = {
  merchants: { allow: ["m-1"] },
  categories: { block: ["7995"] },
  countries: { allow: ["DE"] },
};

test("a patch changes the lists that it names, and leaves the others alone", () => {
  expect(patchControls(controls, undefined)).toEqual(controls);
  expect(patchControls(controls, {})).toEqual(controls);
  for (const list of ["merchants", "categories", "countries"] as const) {
    const other = { block: ["x"] };
    expect(patchControls(controls, { [list]: other })).toEqual({ ...controls, [list]: other });
    expect(patchControls(controls, { [list]: null })).toEqual({ ...controls, [list]: null });
    expect(patchControls(noControls, { [list]: other })).toEqual({ ...noControls, [list]: other });
  }
});
