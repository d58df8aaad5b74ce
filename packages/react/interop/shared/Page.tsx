"use client";
/** The page of every project: the session's status, and the button. */
import { SignInWithMicrosoft, useSession } from "@django-entrance/react";

export function Page() {
  const session = useSession();
  return (
    <main>
      <p role="status">{session.status}</p>
      <SignInWithMicrosoft />
    </main>
  );
}
