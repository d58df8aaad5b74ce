/** A page of the server that shows the button without a component of its own for the client. */
import { SignInWithMicrosoft } from "@django-entrance/react";

export default function Page() {
  return <SignInWithMicrosoft />;
}
