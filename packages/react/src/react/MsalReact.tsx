/** MSAL React's context, for pages that use its hooks. Its provider comes with MSAL; the children keep their state then. */
import { type IMsalContext, MsalContext } from "@azure/msal-react";
import { lazy, type ReactElement, type ReactNode, Suspense, useContext, useEffect, useMemo, useState } from "react";
import { untilItWorks } from "../session/waiting/healing.js";
import { useSessionStore, useSnapshot } from "./SessionContext.js";

/** React keeps a failed import for ever, and the page would go blank. */
const MsalProvider = lazy(() => untilItWorks(() => import("./msalProvider.js"), "library_unreachable"));

export interface MsalReactProps {
  readonly children?: ReactNode;
}

/**
 * Below it the hooks of `@azure/msal-react` work, with the MSAL instance of the session. While MSAL is not loaded, they
 * see it in "startup". Stands anywhere below `EntranceProvider`.
 */
export function MsalReact({ children }: MsalReactProps): ReactElement {
  const msal = useSnapshot(useSessionStore(), (snapshot) => snapshot.msal);
  const outer = useContext(MsalContext);
  const [startup] = useState<IMsalContext>(() => ({ ...outer, inProgress: "startup" }));
  const [context, setContext] = useState<IMsalContext | null>(null);
  // It cannot be wrapped around the children later, so it stands beside them, and its context is passed on.
  const provider = useMemo(
    () =>
      msal && (
        <Suspense fallback={null}>
          <MsalProvider instance={msal}>
            <PassOn to={setContext} />
          </MsalProvider>
        </Suspense>
      ),
    [msal],
  );
  return (
    <MsalContext.Provider value={(msal && context) ?? startup}>
      {children}
      {provider}
    </MsalContext.Provider>
  );
}

function PassOn({ to }: { readonly to: (context: IMsalContext) => void }): null {
  const context = useContext(MsalContext);
  useEffect(() => to(context), [to, context]);
  return null;
}
