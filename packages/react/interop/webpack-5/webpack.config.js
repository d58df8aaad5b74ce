/** TypeScript resolves as in 2016 (`node`), and Webpack by `exports`. */
const path = require("node:path");

module.exports = {
  entry: "./src/main.tsx",
  output: { path: path.resolve(__dirname, "dist"), filename: "main.js", publicPath: "/" },
  resolve: { extensions: [".tsx", ".ts", ".js"] },
  module: { rules: [{ test: /\.tsx?$/, use: "ts-loader" }] },
  performance: { hints: false },
};
