/** The entry point `@django-entrance/react/urql`. */
export { readGraphQLRefusal } from "./data/graphqlErrors.js";
export type { DataOptions } from "./data/graphqlFetch.js";
export { entranceExchange } from "./data/urqlExchange.js";
