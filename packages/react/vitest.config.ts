/** Tests in jsdom; `--mode react18` runs them against the older React. */
import type { Plugin } from "vite";
import { configDefaults, defineConfig } from "vitest/config";

const here = (path: string): string => new URL(path, import.meta.url).pathname;

/** Testing Library's ES modules, because an alias does not reach into `require`. */
const OLDER_REACT = {
  react: here("../react-18/node_modules/react"),
  "react-dom": here("../react-18/node_modules/react-dom"),
  "@testing-library/react": here("../../node_modules/@testing-library/react/dist/@testing-library/react.esm.js"),
};

/** The package by its own name, as the samples of the documentation import it. */
const ITSELF = [
  { find: /^@django-entrance\/react$/, replacement: here("src/index.ts") },
  { find: /^@django-entrance\/react\/(.+)$/, replacement: here("src/$1.ts") },
];

/** `samples/data/axiosClient.ts` is the sample of docs/data.md whose first line is `// axiosClient.ts`. */
function samples(): Plugin {
  const folder = here("docs/samples/");
  return {
    name: "samples",
    resolveId(id, importer) {
      if (id.startsWith("samples/")) return folder + id.slice("samples/".length);
      if (!id.startsWith("./") || !importer?.startsWith(folder)) return null;
      return `${importer.slice(0, importer.lastIndexOf("/"))}${id.slice(1)}.ts`;
    },
    async load(id) {
      if (!id.startsWith(folder)) return null;
      const [page, file] = id.slice(folder.length).split("/");
      const text = await this.fs.readFile(here(`docs/${page}.md`), { encoding: "utf8" });
      const code = text.split("```").find((block) => block.includes(`\n// ${file}\n`));
      return code?.slice(code.indexOf("\n")) ?? null;
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [samples()],
  resolve: {
    alias: [
      ...ITSELF,
      ...Object.entries(mode === "react18" ? OLDER_REACT : {}).map(([find, replacement]) => ({ find, replacement })),
    ],
  },
  test: {
    name: mode === "react18" ? "React 18" : "React 19",
    environment: "jsdom",
    exclude: [...configDefaults.exclude, ...(mode === "react18" ? ["src/__tests__/packed"] : [])], // no React in these
    environmentOptions: { jsdom: { url: "http://localhost:8000/" } },
    setupFiles: ["src/__tests__/setup.ts"],
    server: { deps: { inline: [/@testing-library\/react/, /@azure\/msal-react/, /@tanstack\/react-query/] } },
    isolate: false, // one jsdom for all files; every test cleans up after itself (setup.ts)
    testTimeout: 20_000, // a busy machine
    restoreMocks: true,
    unstubGlobals: true,
    typecheck: { enabled: mode !== "react18", checker: "tsc" },
  },
}));
