/** Page for a person whose address a Logbook account has: their password connects Microsoft to it. */
import { useConnectMicrosoft } from "@django-entrance/react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { SignInDocument } from "../graphql/generated/documents";
import { inOneSentence } from "../session/explain";
import { anonymousRequest } from "../session/request";
import { useMicrosoftAccount } from "../session/useMicrosoftAccount";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";
import { SinglePage } from "../ui/SinglePage";
import { TextField } from "../ui/TextField";
import { SignOutButton } from "./SignOutButton";

export function AccountExistsPage({ onConnected }: { onConnected: () => void }) {
  const microsoft = useMicrosoftAccount();
  const username = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const connecting = useConnecting();

  function submit(event: FormEvent) {
    event.preventDefault();
    const own = { username: username.current?.value.trim() ?? "", password: password.current?.value ?? "" };
    connecting.mutate(own, { onSuccess: onConnected });
  }

  return (
    <SinglePage title="Connect Microsoft · Logbook" heading={<h1>You have an account here</h1>}>
      <div className="card">
        <p>
          A Logbook account with the address of <strong>{microsoft?.username}</strong> exists already. If it is yours,
          sign in to it once more with its password. From then on Microsoft leads to it, too.
        </p>
        {connecting.error && <Alert>{inOneSentence(connecting.error)}</Alert>}
        <form className="password-form" onSubmit={submit}>
          <TextField
            ref={username}
            label="Username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          <TextField ref={password} label="Password" type="password" autoComplete="current-password" required />
          <div className="actions">
            <Button type="submit" weight="primary" busy={connecting.isPending}>
              Connect Microsoft
            </Button>
            <SignOutButton />
          </div>
        </form>
      </div>
    </SinglePage>
  );
}

/** The own token lives for this one request. The person goes on with Microsoft. */
function useConnecting() {
  const token = useRef("");
  const { connect } = useConnectMicrosoft({
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token.current}` } }),
  });
  return useMutation<void, Error, { username: string; password: string }>({
    mutationFn: async ({ username, password }) => {
      const { signIn } = await anonymousRequest(SignInDocument, { username, password });
      token.current = signIn.token;
      const result = await connect({ password });
      if (!result.ok) throw result.error;
    },
  });
}
