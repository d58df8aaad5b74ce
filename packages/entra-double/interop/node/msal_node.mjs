// Client: @azure/msal-node. Runs its flows against ENTRA_URL (plain http) and prints one JSON line for each.

import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import * as interop from "./client.mjs";

const { ADA, API, CALLBACK, DAEMON, DEFAULT, NATIVE, READ_ME, SCOPE, SITE, TENANT, WEB, expect, payload } = interop;

const host = new URL(interop.URL_OF_ENTRA).host;
const document = `${interop.URL_OF_ENTRA}/${TENANT}/v2.0/.well-known/openid-configuration`;
const authorityMetadata = await (await fetch(document)).text();

// MSAL requires an https authority. The endpoints come from the discovery document.
const auth = { authority: `https://${host}/${TENANT}`, knownAuthorities: [host], authorityMetadata };

const confidential = (clientId, proof) => new ConfidentialClientApplication({ auth: { ...auth, clientId, ...proof } });
const site = () => confidential(SITE, { clientSecret: interop.SITE_SECRET });
const phone = () => new PublicClientApplication({ auth: { ...auth, clientId: WEB } });

async function signIn(client, redirectUri, more = {}) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const scopes = [SCOPE];
  const asked = { scopes, redirectUri, responseMode: "query", ...more };
  const address = await client.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: "S256" });
  const { code } = interop.visit(address).fields;
  return client.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: verifier, ...more });
}

await interop.run({
  "client credentials, secret": async () => {
    const client = confidential(DAEMON, { clientSecret: interop.DAEMON_SECRET });
    const { accessToken } = await client.acquireTokenByClientCredential({ scopes: [DEFAULT] });
    const again = await client.acquireTokenByClientCredential({ scopes: [DEFAULT] });
    expect("the second token comes from the cache", again.fromCache, true);
    return expect("roles", payload(accessToken).roles, ["Logbook.Read.All"]);
  },

  "client credentials, certificate": async () => {
    const pem = readFileSync(process.env.ENTRA_CERTIFICATE, "utf8");
    const der = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE"))).raw;
    const thumbprintSha256 = createHash("sha256").update(der).digest("hex");
    const client = confidential(DAEMON, { clientCertificate: { thumbprintSha256, privateKey: pem } });
    const { accessToken } = await client.acquireTokenByClientCredential({ scopes: [DEFAULT] });
    return expect("azpacr", payload(accessToken).azpacr, "2");
  },

  "client credentials, wrong secret": async () => {
    const client = confidential(DAEMON, { clientSecret: "wrong" });
    const refused = await interop.refusal(() => client.acquireTokenByClientCredential({ scopes: [DEFAULT] }));
    return expect("error", [refused.errorCode, refused.errorNo ?? ""].join(" ").trim(), "invalid_client 7000215");
  },

  "authorization code with PKCE, confidential": async () => {
    const tokens = await signIn(site(), CALLBACK);
    expect("username", tokens.account.username, "ada@contoso.example");
    return expect("scp", payload(tokens.accessToken).scp, "access_as_user");
  },

  "authorization code with PKCE, public": async () => {
    const tokens = await signIn(phone(), NATIVE);
    expect("home account", tokens.account.homeAccountId, `${ADA}.${TENANT}`);
    return expect("azpacr", payload(tokens.accessToken).azpacr, "0");
  },

  silent: async () => {
    const client = site();
    const { account, accessToken } = await signIn(client, CALLBACK);
    const again = await client.acquireTokenSilent({ account, scopes: [SCOPE] });
    expect("the same token", again.accessToken === accessToken, true);
    return expect("from cache", again.fromCache, true);
  },

  "forced refresh": async () => {
    const client = site();
    const { account, accessToken } = await signIn(client, CALLBACK);
    const again = await client.acquireTokenSilent({ account, scopes: [SCOPE], forceRefresh: true });
    expect("the same token", again.accessToken === accessToken, false);
    return expect("from cache", again.fromCache, false);
  },

  "refresh after revocation": async () => {
    const client = site();
    const { account } = await signIn(client, CALLBACK);
    await interop.control("POST", "revoke-refresh-tokens");
    const asked = { account, scopes: [SCOPE], forceRefresh: true };
    const refused = await interop.refusal(() => client.acquireTokenSilent(asked));
    return expect("error", `${refused.name} ${refused.errorCode}`, "InteractionRequiredAuthError invalid_grant");
  },

  "on-behalf-of": async () => {
    const { accessToken: oboAssertion } = await signIn(site(), CALLBACK);
    const api = confidential(API, { clientSecret: interop.API_SECRET });
    const { accessToken } = await api.acquireTokenOnBehalfOf({ oboAssertion, scopes: [READ_ME] });
    expect("oid", payload(accessToken).oid, ADA);
    return expect("scp", payload(accessToken).scp.split(" ").includes("User.Read") && "User.Read", "User.Read");
  },

  "discovery over https": async () => {
    const { host } = new URL(process.env.ENTRA_HTTPS_URL);
    const served = { authority: `https://${host}/${TENANT}`, knownAuthorities: [host] };
    const daemon = { clientId: DAEMON, clientSecret: interop.DAEMON_SECRET };
    const client = new ConfidentialClientApplication({ auth: { ...served, ...daemon } });
    const { accessToken } = await client.acquireTokenByClientCredential({ scopes: [DEFAULT] });
    return expect("roles", payload(accessToken).roles, ["Logbook.Read.All"]);
  },

  "claims challenge": async () => {
    const client = site();
    const { account } = await signIn(client, CALLBACK);
    const asked = { account, scopes: [SCOPE], claims: interop.C1 };
    const refused = await interop.refusal(() => client.acquireTokenSilent(asked));
    expect("error of the silent call", [refused.name, refused.errorNo], ["InteractionRequiredAuthError", 50076]);
    const { accessToken } = await signIn(client, CALLBACK, { claims: interop.C1 });
    return expect("acrs", payload(accessToken).acrs, ["c1"]);
  },

  "device code": async () => {
    const deviceCodeCallback = (told) => interop.visit(told.verificationUri, "--code", told.userCode);
    const tokens = await phone().acquireTokenByDeviceCode({ scopes: [SCOPE], deviceCodeCallback });
    return expect("username", tokens.account.username, "ada@contoso.example");
  },
});
