/** Generates the types of the GraphQL documents. With --check, compares them instead. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const SCHEMA = new URL("../backend/schema.graphql", import.meta.url);
const FOLDER = new URL("src/graphql/", import.meta.url);
const TARGET = new URL("generated/documents.ts", FOLDER);

const read = (location) => readFileSync(location, "utf8");

function parsedDocuments() {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".graphql"));
  return files.sort().map((name) => ({ location: name, document: parse(read(new URL(name, FOLDER))) }));
}

function generate() {
  return codegen({
    filename: TARGET.pathname,
    schema: parse(read(SCHEMA)),
    documents: parsedDocuments(),
    config: {
      // Documents stay plain strings: the browser needs no GraphQL parser.
      documentMode: "string",
      useTypeImports: true,
      enumType: "string-literal",
      scalars: { DateTime: "string" },
    },
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations, documents },
  });
}

const wanted = `// Written by \`npm run codegen\` from the documents in the folder above. Do not edit.\n${await generate()}`;

if (!process.argv.includes("--check")) {
  writeFileSync(TARGET, wanted);
} else if (read(TARGET) !== wanted) {
  throw new Error("src/graphql/generated/documents.ts is stale. Run: npm run codegen");
}
