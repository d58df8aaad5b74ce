/** How the front end is built, served while one works on it, and tested. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** As a text alone, Vite would change the host, and Django's CSRF protection refuse every POST of a session. */
const DJANGO = { target: "http://localhost:8000", changeOrigin: false };

export default defineConfig(({ command }) => ({
  // Django serves the built files under /static/ and the page itself at /.
  base: command === "build" ? "/static/" : "/",
  plugins: [react()],
  // Workspaces may bring a React of their own; a page bears only one.
  resolve: { dedupe: ["react", "react-dom"] },
  build: {
    target: "es2023",
    // The content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    // What changes seldom stays in the browser's cache when Logbook changes.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "msal", test: /node_modules[\\/]@azure[\\/]msal-(browser|common)/ },
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: { "/graphql": DJANGO, "/entrance": DJANGO },
  },
  test: {
    // A browser costs a second per file; only components need one.
    projects: [
      { extends: true, test: { name: "logic", environment: "node", include: ["src/**/*.test.ts"] } },
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
