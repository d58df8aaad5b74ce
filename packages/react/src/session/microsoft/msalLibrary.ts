/** MSAL, and all that only Microsoft needs, as a chunk of its own: import it dynamically only. */
export { Microsoft } from "./microsoft.js";
