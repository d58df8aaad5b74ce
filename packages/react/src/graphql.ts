/** The entry point `@django-entrance/react/graphql`, for GraphQL clients without an entry point of their own. */
export { readGraphQLRefusal } from "./data/graphqlErrors.js";
export { type DataOptions, graphqlFetch } from "./data/graphqlFetch.js";
