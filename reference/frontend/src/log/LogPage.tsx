/** The log page: header, composer and entries. */
import { useState } from "react";
import type { Viewer } from "../session/useViewer";
import { Notice } from "../ui/Notice";
import { Composer } from "./Composer";
import { EntryList } from "./EntryList";
import { LiveSign } from "./LiveSign";
import { LogHeader } from "./LogHeader";
import { useLiveEntries } from "./useLiveEntries";
import { useSettled } from "./useSettled";

const TYPING_PAUSE_MILLISECONDS = 250;

export function LogPage({ viewer }: { viewer: Viewer }) {
  const [search, setSearch] = useState("");
  const [tag, setTag] = useState<string | null>(null);
  const live = useLiveEntries(viewer);
  const filter = { search: useSettled(search.trim(), TYPING_PAUSE_MILLISECONDS), tag };

  function showAll() {
    setSearch("");
    setTag(null);
  }

  return (
    <>
      <title>Logbook</title>
      <a className="skip" href="#log">
        Skip to the log
      </a>
      <LogHeader viewer={viewer} search={search} onSearch={setSearch} />
      <main className="column" id="log" tabIndex={-1}>
        {viewer.canWrite ? (
          <Composer onAdded={showAll} />
        ) : (
          <Notice>
            You can read this log. To add entries, ask an administrator for the role <strong>Writer</strong>.
          </Notice>
        )}
        <LiveSign state={live} />
        <EntryList
          filter={filter}
          canWrite={viewer.canWrite}
          isLive={live === "live"}
          onTag={setTag}
          onShowAll={showAll}
        />
      </main>
    </>
  );
}
