/** As django-entrance serves it; nothing is asked there before a click. */
export const CONFIG = {
  authority: "https://login.microsoftonline.com/c0470500-0000-4000-a000-000000000001",
  clientId: "5ba00000-0000-4000-a000-000000000003",
  scopes: ["api://a9100000-0000-4000-a000-000000000002/access_as_user"],
  redirectUri: "/entrance/redirect/",
};
