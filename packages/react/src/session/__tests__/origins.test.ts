import { expect, test } from "vitest";
import { foreignOrigin, isConfidential } from "../config/origins.js";

test.each([
  ["http://api.contoso.example/", "https://api.contoso.example/"],
  ["http://localhost.evil.example/", "http://localhost:8000/"],
  ["http://localhost@evil.example/", "http://api.localhost/"],
  ["http://127.0.0.1.evil.example/", "http://127.0.0.1:8000/"],
  ["http://128.0.0.1/", "http://127.1/"],
  ["http://0.0.0.0/", "http://[::1]/"],
  ["ftp://localhost/", "http://LOCALHOST/"],
])("%s may be read on the way, %s may not", (open, confidential) => {
  expect([isConfidential(new URL(open)), isConfidential(new URL(confidential))]).toEqual([false, true]);
});

const answeredBy = (url: string): Response => Object.defineProperty(new Response(), "url", { value: url });

test.each([
  ["https://evil.example/x", "https://evil.example"],
  ["http://localhost:8001/x", "http://localhost:8001"],
  ["https://localhost:8000/x", "https://localhost:8000"],
  ["http://localhost:8000/another/path", null],
  ["", null],
])("an answer of %j to http://localhost:8000/x came from %j", (url, origin) => {
  expect(foreignOrigin(answeredBy(url), "http://localhost:8000/x")).toBe(origin);
});
