/** A page of the server that makes a session outside React: there it is always starting. */
import { createSession } from "@django-entrance/react/session";
import { CONFIG } from "../../shared/config";

const session = createSession({ config: CONFIG });

export default async function Page() {
  const { status } = await session.known();
  return <p>On the server: {status}</p>;
}
