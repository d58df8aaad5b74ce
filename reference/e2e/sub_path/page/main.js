/** The least front end: the button, who the API says that one is, and the way out. */
import { authorizedFetch, EntranceProvider, SignInWithMicrosoft, useSession, useSignIn } from "@django-entrance/react";
import { createElement, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

function Page() {
  const signedIn = useSession().status === "signed-in";
  const { signOut } = useSignIn();
  const [user, setUser] = useState("");
  useEffect(() => {
    if (signedIn) {
      authorizedFetch("/logbook/whoami/").then(async (response) => setUser(await response.text()));
    }
  }, [signedIn]);
  if (!signedIn) return createElement(SignInWithMicrosoft);
  return createElement("p", {}, user, " ", createElement("button", { type: "button", onClick: signOut }, "Sign out"));
}

createRoot(document.getElementById("page")).render(
  createElement(EntranceProvider, { config: "/logbook/entrance/config.json" }, createElement(Page)),
);
