/** Page header: brand, search, account and sign-out. */
import { useState } from "react";
import { AccountPanel } from "../account/AccountPanel";
import { SignOutButton } from "../account/SignOutButton";
import type { Viewer } from "../session/useViewer";
import { Avatar } from "../ui/Avatar";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { SearchField } from "./SearchField";

type LogHeaderProps = { viewer: Viewer; search: string; onSearch: (search: string) => void };

export function LogHeader({ viewer, search, onSearch }: LogHeaderProps) {
  const [accountOpen, setAccountOpen] = useState(false);
  return (
    <header className="header">
      <div className="header-bar">
        <Brand />
        <SearchField value={search} onChange={onSearch} />
        <div className="header-account">
          <Button className="person" aria-haspopup="dialog" onClick={() => setAccountOpen(true)}>
            <Avatar person={viewer} />
            <span className="person-name" dir="auto">
              {viewer.fullName}
            </span>
          </Button>
          <SignOutButton />
        </div>
      </div>
      {accountOpen && <AccountPanel viewer={viewer} onClose={() => setAccountOpen(false)} />}
    </header>
  );
}
