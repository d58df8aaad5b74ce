/** Whether Django's session is the page's session. Django says so in its page. */
export const hasDjangoSession = () => document.documentElement.dataset["session"] === "django";
