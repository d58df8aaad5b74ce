/** Tests in jsdom; `--mode react18` runs them against the older React. */
import { defineConfig } from "vitest/config";

const here = (path: string): string => new URL(path, import.meta.url).pathname;

/** Testing Library's ES modules, because an alias does not reach into `require`. */
const OLDER_REACT = {
  react: here("../react-18/node_modules/react"),
  "react-dom": here("../react-18/node_modules/react-dom"),
  "@testing-library/react": here("../../node_modules/@testing-library/react/dist/@testing-library/react.esm.js"),
};

export default defineConfig(({ mode }) => ({
  resolve: { alias: mode === "react18" ? OLDER_REACT : {} },
  test: {
    name: mode === "react18" ? "React 18" : "React 19",
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:8000/" } },
    setupFiles: ["src/__tests__/setup.ts"],
    server: { deps: { inline: [/@testing-library\/react/, /@azure\/msal-react/] } },
    isolate: false, // one jsdom for all files; every test cleans up after itself (setup.ts)
    restoreMocks: true,
    unstubGlobals: true,
    typecheck: { enabled: mode !== "react18", checker: "tsc" },
  },
}));
