import { expect, test } from "vitest";
import { importAgain } from "../waiting/importAgain.js";

interface Module {
  readonly makeMsal: string;
}

test.each(["Importing a module script failed.", "error loading: http://["])(
  "an error that names no address stays as it is: %s",
  async (message) => {
    const error = new TypeError(message);
    await expect(importAgain<Module>(error, "makeMsal")).rejects.toBe(error);
  },
);

test("a module that cannot be loaded the second time either is an error", async () => {
  const error = new TypeError("error loading dynamically imported module: http://localhost:9/msal.js");
  await expect(importAgain<Module>(error, "makeMsal")).rejects.toBeInstanceOf(Error);
});
