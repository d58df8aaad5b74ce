/** Placeholder of the log page while the viewer loads. */
import { SignOutButton } from "../account/SignOutButton";
import { Brand } from "../ui/Brand";
import { EntrySkeletons } from "./EntrySkeletons";

export function StartingPage() {
  return (
    <>
      <title>Logbook</title>
      <header className="header">
        <div className="header-bar">
          <Brand />
          <SignOutButton />
        </div>
      </header>
      <main className="column">
        <EntrySkeletons />
      </main>
    </>
  );
}
