/** Asks whether Microsoft answers at all, before the person or after a hidden frame without a response. */
import type { CheckedConfig } from "../../config/config.js";
import { within } from "../../waiting/limit.js";

const PATIENCE_MS = 2_000;

/** Rejects with `microsoft_unreachable`, or `offline`, unless Microsoft answers with its discovery document. */
export function mustReachMicrosoft(config: CheckedConfig): Promise<void> {
  const url = discoveryUrl(config);
  const ask = async (signal: AbortSignal): Promise<void> => {
    const { ok, status } = await fetch(url, { cache: "no-store", signal });
    if (!ok) throw new Error(`status ${status}`);
  };
  return within(PATIENCE_MS, ask, "microsoft_unreachable", `GET ${url}`);
}

function discoveryUrl({ authority, authorityMetadata }: CheckedConfig): string {
  const base = authorityMetadata?.token_endpoint.replace(/\/oauth2\/(v2\.0\/)?token$/, "") ?? authority;
  return `${base.replace(/\/$/, "")}/v2.0/.well-known/openid-configuration`;
}
