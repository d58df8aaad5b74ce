/** The entry point `@django-entrance/react/apollo`. */
export { type EntranceLinkOptions, entranceLink } from "./data/apolloLink.js";
export { readGraphQLRefusal } from "./data/graphqlErrors.js";
export type { DataOptions } from "./data/graphqlFetch.js";
