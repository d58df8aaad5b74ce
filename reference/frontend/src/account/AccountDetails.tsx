/** Name, user name, e-mail, sign-in method and roles of the person. */
import type { Viewer } from "../session/useViewer";
import { Avatar } from "../ui/Avatar";
import { signInMethod } from "./roles";

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
        <dd>{viewer.roles.length > 0 ? <RoleLabels roles={viewer.roles} /> : "None"}</dd>
      </dl>
    </>
  );
}

function RoleLabels({ roles }: { roles: string[] }) {
  return (
    <ul className="labels">
      {roles.map((role) => (
        <li key={role} className="label">
          {role}
        </li>
      ))}
    </ul>
  );
}
