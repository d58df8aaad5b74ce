/** Test setup: adds what jsdom lacks, and turns console errors into failures. */
import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

vi.spyOn(console, "error").mockImplementation((...words) => {
  throw new Error(words.join(" "));
});

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});
