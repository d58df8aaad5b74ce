/** All of the session that no first paint needs, as a chunk of its own: import `loadRest.ts` instead. */

export { Clicks } from "./clicks.js";
export { finishConfig } from "./config/finishConfig.js";
export { DjangoSession } from "./django/djangoSession.js";
export { requestToken } from "./requests/requestToken.js";
export { send } from "./requests/send.js";
export { SENTENCES } from "./sentences.js";
export { signOut } from "./signingOut.js";
