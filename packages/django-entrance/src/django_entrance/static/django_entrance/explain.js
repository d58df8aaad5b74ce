/* Decodes a token in the page's memory and compares it with the settings. It sends and stores nothing. */
const GRAPH = ["00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"];
const field = document.getElementById("token");
const told = document.getElementById("token-told");
const here = JSON.parse(document.getElementById("entrance-here").textContent);

/** Return the JSON object of a token's segment. */
function read(segment) {
  const bytes = Uint8Array.from(atob(segment.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Return a length of time in its largest unit. */
function duration(seconds) {
  for (const [unit, length] of [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ]) {
    const number = Math.floor(seconds / length);
    if (number >= 1) return `${number} ${unit}${number === 1 ? "" : "s"}`;
  }
  return `${Math.floor(seconds)} seconds`;
}

/** Yield what is wrong with the claims, by the settings. */
function* faults(claims) {
  const authority = here.authorities.find((each) => each.issuers.includes(claims.iss));
  if (GRAPH.includes(claims.aud)) yield "This token is for Microsoft Graph: ask for a token for this API.";
  if (!authority && here.authorities.every((each) => each.issuers.length)) {
    yield `No authority of the settings has this issuer. Theirs: ${here.authorities.flatMap((each) => each.issuers).join(", ")}`;
  }
  if (!authority) return;
  if (!GRAPH.includes(claims.aud) && !authority.audiences.includes(claims.aud)) {
    yield `The token is for another application. Accepted: ${authority.audiences.join(", ")}. Scope to ask for: ${authority.scope}`;
  }
  if (!("scp" in claims) && !("roles" in claims)) yield "It has neither scopes nor app roles, as an ID token.";
  const scopes = String(claims.scp ?? "").split(" ");
  const missing = "scp" in claims ? authority.scopes.filter((each) => !scopes.includes(each)) : [];
  if (missing.length) yield `The scope is missing: ${missing.join(", ")}`;
  const client = claims.azp ?? claims.appid;
  if (authority.clients.length && !authority.clients.includes(client)) yield "This client is not in ALLOWED_CLIENTS.";
}

/** Yield what the times say, and whether they are wrong now. */
function* times(claims) {
  const now = Date.now() / 1000;
  for (const [name, past, future, isWrong] of [
    ["iat", "Issued", "Issued", () => false],
    ["nbf", "Valid since", "Becomes valid", (ago) => ago < 0],
    ["exp", "Expired", "Expires", (ago) => ago > 0],
  ]) {
    const ago = now - claims[name];
    if (Number.isFinite(ago)) {
      yield [ago >= 0 ? `${past} ${duration(ago)} ago` : `${future} in ${duration(-ago)}`, isWrong(ago)];
    }
  }
}

function line(text, isWrong = false) {
  const made = document.createElement("p");
  made.textContent = text;
  if (isWrong) made.className = "is-wrong";
  return made;
}

function* explained(text) {
  const segments = text
    .trim()
    .replace(/^Bearer /, "")
    .split(".");
  let claims;
  try {
    if (segments.length !== 3) throw new SyntaxError("not three segments");
    claims = read(segments[1]);
    if (claims === null || typeof claims !== "object") throw new SyntaxError("no claims");
  } catch {
    yield line("This is no token that can be read: it has not three parts of base64url, the second with claims.", true);
    return;
  }
  for (const fault of faults(claims)) yield line(fault, true);
  for (const [text, isWrong] of times(claims)) yield line(text, isWrong);
  for (const [name, meaning] of Object.entries(here.meanings)) {
    if (name in claims) yield line(`${name} = ${JSON.stringify(claims[name])} (${meaning})`);
  }
  if (Array.isArray(claims.groups)) yield line(`groups: ${claims.groups.length}`);
}

field.addEventListener("input", () => {
  told.replaceChildren(...(field.value.trim() ? explained(field.value) : []));
});
window.addEventListener("pagehide", () => {
  field.value = "";
  told.replaceChildren();
});
