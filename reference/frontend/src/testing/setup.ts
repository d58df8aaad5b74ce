/** Test setup: adds what jsdom lacks, and turns console errors into failures. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { scriptedLive } from "./scriptedLive";

// jsdom has no server to connect to: tests say what it sends.
vi.mock("../session/liveClient", async () => ({ liveClient: (await import("./scriptedLive")).scriptedLive.client }));

configure({ asyncUtilTimeout: 10_000 }); // a busy machine

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
  scriptedLive.reset();
});
