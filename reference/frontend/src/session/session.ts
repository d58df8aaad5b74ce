/** The session: by Microsoft, by Logbook's own login, or by Django's. */
import { createSession } from "@django-entrance/react/session";
import { hasDjangoSession } from "./hasDjangoSession";
import { ownLogin } from "./ownLogin";

export const session = createSession({
  config: "/entrance/config.json",
  interaction: "click",
  ...(hasDjangoSession() && { session: "django" }),
  ownLogin,
});
