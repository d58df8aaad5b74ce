/** Remembers which entry is about to be deleted, while a redirect to Microsoft reloads the page. */
const KEY = "logbook.deleting";

/** The browser may forbid storage. Then the person opens the dialog again. */
function attempt<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}

export const unfinishedDeletion = {
  begin: (id: string) => attempt(() => sessionStorage.setItem(KEY, id)),
  end: () => attempt(() => sessionStorage.removeItem(KEY)),
  id: () => attempt(() => sessionStorage.getItem(KEY)),
};
