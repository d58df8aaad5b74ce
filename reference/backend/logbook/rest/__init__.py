"""The log over REST: the same rights and refusals as over GraphQL, and a page to try it out."""
