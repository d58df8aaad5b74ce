/** Who the person is at Microsoft. People with a password are not asked for. */
import { EntranceError } from "@django-entrance/react";
import { useMicrosoftAccount } from "../session/useMicrosoftAccount";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";
import { accountProblem } from "./useMicrosoftAccounts";
import { type MicrosoftProfile, useMicrosoftProfile } from "./useMicrosoftProfile";

const CONSENT =
  "Logbook may not read your profile at Microsoft yet. Ask an administrator of your organisation to allow it.";

export function WhoAmI() {
  return useMicrosoftAccount() === null ? null : <AtMicrosoft />;
}

function AtMicrosoft() {
  const { data, error, isFetching, refetch } = useMicrosoftProfile();
  return (
    <section className="who-am-i" aria-labelledby="who-am-i" aria-busy={isFetching}>
      <h3 className="account-subtitle" id="who-am-i">
        You at Microsoft
      </h3>
      {data && <Profile profile={data} />}
      {!data && !error && <p className="quiet">Asking Microsoft…</p>}
      {error && <Alert>{isConsentMissing(error) ? CONSENT : accountProblem(error)}</Alert>}
      {error && (
        <Button busy={isFetching} onClick={() => void refetch()}>
          Ask again
        </Button>
      )}
    </section>
  );
}

const isConsentMissing = (error: Error) => error instanceof EntranceError && error.details === "consent_missing";

function Profile({ profile }: { profile: MicrosoftProfile }) {
  return (
    <dl className="facts">
      <dt>Name</dt>
      <dd dir="auto">{profile.displayName ?? "None"}</dd>
      <dt>User principal name</dt>
      <dd>{profile.userPrincipalName ?? "None"}</dd>
      <dt>Mail</dt>
      <dd>{profile.mail ?? "None"}</dd>
      {profile.jobTitle && (
        <>
          <dt>Job title</dt>
          <dd dir="auto">{profile.jobTitle}</dd>
        </>
      )}
    </dl>
  );
}
