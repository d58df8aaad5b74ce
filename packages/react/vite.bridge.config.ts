/** Builds the redirect bridge as one self-contained script; Django puts it inline into its redirect page. */
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const LICENCE = "/*! @license Contains parts of @azure/msal-browser, (c) Microsoft Corporation, MIT License */";

const config: UserConfig = defineConfig({
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

export default config;
