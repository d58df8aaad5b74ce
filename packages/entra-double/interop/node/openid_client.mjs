// Client: openid-client. Runs its flows against ENTRA_URL (plain http) and prints one JSON line for each.

import * as oidc from "openid-client";
import * as interop from "./client.mjs";

const { ADA, CALLBACK, DAEMON, DEFAULT, SCOPE, SITE, TENANT, WEB, expect, payload } = interop;

const issuer = new URL(`${interop.URL_OF_ENTRA}/${TENANT}/v2.0`);
const http = { execute: [oidc.allowInsecureRequests] };
const site = () => oidc.discovery(issuer, SITE, interop.SITE_SECRET, undefined, http);

async function signIn(config, scope = `openid profile offline_access ${SCOPE}`) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = interop.visit(address.href).address;
  return oidc.authorizationCodeGrant(config, new URL(back), { pkceCodeVerifier, expectedState, expectedNonce });
}

await interop.run({
  discovery: async () => {
    const server = (await site()).serverMetadata();
    expect("issuer", server.issuer, issuer.href);
    return expect("PKCE of the document", server.supportsPKCE(), false);
  },

  "authorization code with PKCE": async () => {
    const tokens = await signIn(await site());
    return expect("oid", tokens.claims().oid, ADA);
  },

  "ID token, signature checked": async () => {
    const config = await site();
    oidc.enableNonRepudiationChecks(config);
    const tokens = await signIn(config);
    return expect("aud", tokens.claims().aud, SITE);
  },

  refresh: async () => {
    const config = await site();
    const first = await signIn(config);
    const again = await oidc.refreshTokenGrant(config, first.refresh_token);
    expect("the same token", again.access_token === first.access_token, false);
    return expect("scp", payload(again.access_token).scp, "access_as_user");
  },

  "client credentials": async () => {
    const secret = oidc.ClientSecretBasic(interop.DAEMON_SECRET);
    const config = await oidc.discovery(issuer, DAEMON, undefined, secret, http);
    const tokens = await oidc.clientCredentialsGrant(config, { scope: DEFAULT });
    return expect("roles", payload(tokens.access_token).roles, ["Logbook.Read.All"]);
  },

  "device code": async () => {
    const config = await oidc.discovery(issuer, WEB, undefined, oidc.None(), http);
    const begun = await oidc.initiateDeviceAuthorization(config, { scope: `openid ${SCOPE}` });
    interop.visit(begun.verification_uri, "--code", begun.user_code);
    const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 });
    return expect("oid", payload(tokens.access_token).oid, ADA);
  },

  userinfo: async () => {
    const config = await site();
    const tokens = await signIn(config, "openid profile email");
    const told = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    return expect("name", told.name, "Ada Lovelace");
  },

  "end session": async () => {
    const config = await site();
    const tokens = await signIn(config);
    const address = oidc.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: CALLBACK,
      state: "the state",
    });
    const left = interop.visit(address.href);
    return expect("state", left.fields.state, "the state");
  },
});
