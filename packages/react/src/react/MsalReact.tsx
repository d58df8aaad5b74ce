/** MSAL React's context. Its provider is loaded with MSAL, and the children keep their state when it arrives. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import { type IMsalContext, MsalContext } from "@azure/msal-react";
import { lazy, type ReactElement, type ReactNode, Suspense, useContext, useEffect, useMemo, useState } from "react";
import { untilItWorks } from "../session/waiting/healing.js";

/** React keeps a failed import for ever, and the page would go blank. */
const MsalProvider = lazy(() => untilItWorks(() => import("./msalProvider.js"), "library_unreachable"));

interface MsalReactProps {
  /** null while MSAL is not loaded: the children see MSAL React in "startup". */
  readonly msal: IPublicClientApplication | null;
  readonly children: ReactNode;
}

/** The provider cannot be wrapped around the children later, so it stands beside them, and its context is passed on. */
export function MsalReact({ msal, children }: MsalReactProps): ReactElement {
  const outer = useContext(MsalContext);
  const [startup] = useState<IMsalContext>(() => ({ ...outer, inProgress: "startup" }));
  const [context, setContext] = useState<IMsalContext | null>(null);
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
