/** Name, user name, e-mail, sign-in method and roles of the person. */
import type { Viewer } from "../session/useViewer";
import { Avatar } from "../ui/Avatar";
import { givenBy, signInMethod } from "./roles";

export function AccountDetails({ viewer }: { viewer: Viewer }) {
  return (
    <>
      <div className="account-person">
        <Avatar person={viewer} />
        <p className="account-name" dir="auto">
          {viewer.fullName}
        </p>
      </div>
      <dl className="facts">
        <dt>Username</dt>
        <dd>{viewer.username}</dd>
        <dt>E-mail</dt>
        <dd>{viewer.email || "None"}</dd>
        <dt>Signed in with</dt>
        <dd>{signInMethod(viewer)}</dd>
        <dt>Roles</dt>
        <dd>{viewer.roles.length > 0 ? <Roles viewer={viewer} /> : "None"}</dd>
      </dl>
    </>
  );
}

function Roles({ viewer }: { viewer: Viewer }) {
  return (
    <ul className="roles">
      {viewer.roles.map((role) => (
        <li key={role}>
          <span className="label">{role}</span> <span className="quiet">{givenBy(viewer, role)}</span>
        </li>
      ))}
    </ul>
  );
}
