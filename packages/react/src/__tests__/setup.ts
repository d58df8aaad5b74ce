/** A clean page for every test. */
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { setPageSession } from "../session/pageSession.js";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

afterEach(() => {
  cleanup();
  setPageSession(null);
});
