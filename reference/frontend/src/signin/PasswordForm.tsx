/** Sign-in form for Logbook's own passwords. */
import { type FormEvent, useRef, useState } from "react";
import { SignInDocument } from "../graphql/generated/documents";
import { inOneSentence } from "../session/explain";
import { anonymousRequest } from "../session/request";
import { tokens } from "../session/tokenStore";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";
import { useCapsLock } from "./useCapsLock";

export function PasswordForm({ onProblem }: { onProblem: (sentence: string | null) => void }) {
  const [busy, setBusy] = useState(false);
  const username = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const capsLock = useCapsLock();

  async function signIn() {
    const credentials = { username: username.current?.value.trim() ?? "", password: password.current?.value ?? "" };
    setBusy(true);
    onProblem(null);
    try {
      const { signIn } = await anonymousRequest(SignInDocument, credentials);
      tokens.keep(signIn.token, credentials.username);
    } catch (error) {
      onProblem(inOneSentence(error));
      password.current?.focus();
      password.current?.select();
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!busy) void signIn();
  }

  return (
    <form className="password-form" onSubmit={submit}>
      <TextField
        ref={username}
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <TextField
        ref={password}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        hint={capsLock.on ? "Caps Lock is on." : null}
        onKeyDown={capsLock.listen}
        onKeyUp={capsLock.listen}
      />
      <Button type="submit" weight="primary" busy={busy}>
        {busy ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}
