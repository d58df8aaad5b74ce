// Page of the client @azure/msal-browser: an MSAL instance, with its calls as `window.calls`.

const TENANT = "c0470500-0000-4000-a000-000000000001";
const SCOPE = "api://a9100000-0000-4000-a000-000000000002/access_as_user";

const entra = await (await fetch("/entra.txt")).text();
const host = new URL(entra).host;
const authorityMetadata = await (await fetch(`${entra}/${TENANT}/v2.0/.well-known/openid-configuration`)).text();

const client = await window.msal.createStandardPublicClientApplication({
  auth: {
    clientId: "5ba00000-0000-4000-a000-000000000003",
    authority: `https://${host}/${TENANT}`, // MSAL requires https; the endpoints come from the document
    knownAuthorities: [host],
    authorityMetadata,
    redirectUri: "/redirect.html",
    postLogoutRedirectUri: "/",
  },
  cache: { cacheLocation: "localStorage" },
  system: { popupBridgeTimeout: 60_000, iframeBridgeTimeout: 20_000 },
});

/** Returns members that identify a token, without the token itself. */
async function outlineOf(result) {
  if (!result) return null;
  const claims = JSON.parse(atob(result.accessToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  return {
    username: result.account.username,
    homeAccountId: result.account.homeAccountId,
    fromCache: result.fromCache,
    scp: claims.scp,
    acrs: claims.acrs ?? null,
    uti: claims.uti,
  };
}

/** Returns the outline of a result, or the codes of MSAL's error. */
async function told(promise) {
  try {
    return await outlineOf(await promise);
  } catch (error) {
    return { error: error.errorCode, name: error.name, number: error.errorNo ?? null, claims: error.claims ?? null };
  }
}

const account = () => client.getAllAccounts()[0];
const interactive = { scopes: [SCOPE], overrideInteractionInProgress: true };

window.calls = {
  popup: (more) => told(client.loginPopup({ ...interactive, ...more })),
  popupForToken: (more) => told(client.acquireTokenPopup({ ...interactive, account: account(), ...more })),
  redirect: (more) => client.loginRedirect({ ...interactive, ...more }),
  silent: (more) => told(client.acquireTokenSilent({ scopes: [SCOPE], account: account(), ...more })),
  ssoSilent: (more) => told(client.ssoSilent({ scopes: [SCOPE], ...more })),
  logoutPopup: () => client.logoutPopup({ account: account(), postLogoutRedirectUri: "/redirect.html" }),
  logoutRedirect: () => client.logoutRedirect({ account: account() }),
  accounts: () => client.getAllAccounts().map((known) => known.username),
  returned: null,
};

window.calls.returned = await told(client.handleRedirectPromise());
document.getElementById("state").textContent = "ready";
