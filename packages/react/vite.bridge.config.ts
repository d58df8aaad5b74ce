/** Builds the redirect bridge as one self-contained script; Django puts it inline into its redirect page. */
import { defineConfig } from "vite";

const here = (path: string): string => new URL(path, import.meta.url).pathname;
const LICENCE = "/*! @license Contains parts of @azure/msal-browser, (c) Microsoft Corporation, MIT License */";

export default defineConfig({
  publicDir: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    emptyOutDir: false,
    outDir: here("../django-entrance/src/django_entrance/static/django_entrance"),
    lib: {
      entry: here("src/redirect-bridge.ts"),
      formats: ["iife"],
      name: "entranceRedirect",
      fileName: () => "redirect-bridge.js",
    },
    rolldownOptions: { output: { postBanner: LICENCE } },
  },
});
