"use client";

/** The entry point `@django-entrance/react/msal`: for pages that use the hooks of `@azure/msal-react` themselves. */
export { MsalReact, type MsalReactProps } from "./react/MsalReact.js";
