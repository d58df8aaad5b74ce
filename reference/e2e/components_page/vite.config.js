/** Serves the components with the testing kit. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  root: here("."),
  cacheDir: here("../../../.make/components"),
  plugins: [react()],
  resolve: { dedupe: ["react", "react-dom"] },
});
