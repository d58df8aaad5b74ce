import { expect, test } from "vitest";
import { claimsChallenge, parseChallenges } from "../requests/challenge.js";

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const parse = (header: string): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
const claimsOf = (header: string): string | null =>
  claimsChallenge(new Response(null, { status: 401, headers: { "WWW-Authenticate": header } }));

test.each([
  ["", []],
  ["Negotiate", [["negotiate", {}]]],
  ["Negotiate YIIB+/=", [["negotiate", {}]]],
  ['Bearer realm="a, b", error=invalid_token', [["bearer", { realm: "a, b", error: "invalid_token" }]]],
  ['Bearer realm="say \\"hi\\" \\\\"', [["bearer", { realm: 'say "hi" \\' }]]],
  ['BEARER Error = "x"', [["bearer", { error: "x" }]]],
  [
    'Basic realm="a", Bearer error="x"',
    [
      ["basic", { realm: "a" }],
      ["bearer", { error: "x" }],
    ],
  ],
  [
    'Negotiate YIIB==, Bearer error="x"',
    [
      ["negotiate", {}],
      ["bearer", { error: "x" }],
    ],
  ],
  [",, Bearer ,a=b", [["bearer", { a: "b" }]]],
  ['Bearer realm=""', [["bearer", { realm: "" }]]],
])("the header %j", (header, challenges) => {
  expect(parse(header)).toEqual(challenges);
});

test("what follows a syntax error is ignored", () => {
  expect(parse('Bearer a="b", c="unclosed')).toEqual([
    ["bearer", { a: "b" }],
    ["c", {}],
  ]);
});

test("the claims of insufficient_claims are decoded", () => {
  expect(claimsOf(`Bearer realm="", error="insufficient_claims", claims="${btoa(CLAIMS)}"`)).toBe(CLAIMS);
});

test("base64url without padding is understood too", () => {
  const claims = '{"access_token":{"acrs":{"value":"c1?>"}}}';
  const base64url = btoa(claims).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  expect(claimsOf(`Bearer error="insufficient_claims", claims="${base64url}"`)).toBe(claims);
});

test.each([
  ["another error", `Bearer error="invalid_token", claims="${btoa(CLAIMS)}"`],
  ["another scheme", `Basic error="insufficient_claims", claims="${btoa(CLAIMS)}"`],
  ["no claims", 'Bearer error="insufficient_claims"'],
  ["claims that are not base64", 'Bearer error="insufficient_claims", claims="?"'],
  ["claims that are not JSON", `Bearer error="insufficient_claims", claims="${btoa("text")}"`],
])("%s is no claims challenge", (_, header) => {
  expect(claimsOf(header)).toBeNull();
});

test("an answer without the header is no claims challenge", () => {
  expect(claimsChallenge(new Response(null, { status: 401 }))).toBeNull();
});
