/** MSAL React's provider, in a chunk of its own: import it dynamically only. */
export { MsalProvider as default } from "@azure/msal-react";
