/** Vite configuration: build, development server and tests. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Keeps the Host header. Vite changes it otherwise, and Django's CSRF protection then refuses POST requests. */
const DJANGO = { target: "http://localhost:8000", changeOrigin: false };

export default defineConfig(({ command }) => ({
  // Django serves the built files under /static/ and the page itself at /.
  base: command === "build" ? "/static/" : "/",
  plugins: [react()],
  // Workspaces may install a React of their own; a page works with one only.
  resolve: { dedupe: ["react", "react-dom"] },
  build: {
    target: "es2023",
    // The content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    // React changes seldom, so it stays cached when Logbook changes. MSAL is a chunk of its own already.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }],
        },
      },
    },
  },
  server: {
    proxy: { "/graphql": DJANGO, "/entrance": DJANGO, "/admin": DJANGO, "/static": DJANGO },
  },
  test: {
    testTimeout: 20_000, // a busy machine
    // jsdom costs a second per file, and only components need it.
    projects: [
      { extends: true, test: { name: "logic", environment: "node", include: ["src/**/*.test.{ts,js}"] } },
      {
        extends: true,
        test: {
          name: "pages",
          environment: "jsdom",
          include: ["src/**/*.test.tsx"],
          setupFiles: "src/testing/setup.ts",
        },
      },
    ],
  },
}));
