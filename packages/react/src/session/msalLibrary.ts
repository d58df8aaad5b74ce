/** The part of MSAL that is a chunk of its own: import it dynamically only. */
export { makeMsal } from "./msalInstance.js";
