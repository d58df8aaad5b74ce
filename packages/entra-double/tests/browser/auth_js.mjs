/**
 * Signs Ada in with the settings for Auth.js that stand in SETTINGS, and prints the session.
 *
 * Next's own package does no more than hand the settings to @auth/core, so that is what runs here.
 */
import { Auth } from "@auth/core";
import MicrosoftEntraID from "@auth/core/providers/microsoft-entra-id";

const { SETTINGS, ADA } = process.env;
const IMPORTS = /^import .*\n/gm;
const settings = SETTINGS.replace(IMPORTS, "").replace(/export const .* = NextAuth\(/, "return (");
const config = new Function("MicrosoftEntraID", settings)(MicrosoftEntraID);
const SITE = "http://localhost:5000/api/auth";

const jars = { site: new Map(), entra: new Map() };

async function ask(jar, send, url, form) {
  const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
  const body = form && new URLSearchParams(form);
  const response = await send(new Request(url, { method: form ? "POST" : "GET", headers, body, redirect: "manual" }));
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
    jar.set(name, value);
  }
  return response;
}

const atSite = (url, form) =>
  ask(
    jars.site,
    (request) => Auth(request, { ...config, secret: "of a test", trustHost: true, basePath: "/api/auth" }),
    url,
    form,
  );
const atEntra = (url, form) => ask(jars.entra, fetch, url, form);

const { csrfToken } = await (await atSite(`${SITE}/csrf`)).json();
const begun = await atSite(`${SITE}/signin/microsoft-entra-id`, { csrfToken });
let response = await atEntra(begun.headers.get("location"));
const page = await response.text();
const [, action] = page.match(/<form[^>]* action="([^"]+)"/);
const [, transaction] = page.match(/name="transaction" value="([^"]+)"/);
response = await atEntra(new URL(action, begun.headers.get("location")), { transaction, account: ADA });
await atSite(response.headers.get("location"));
process.stdout.write(await (await atSite(`${SITE}/session`)).text());
