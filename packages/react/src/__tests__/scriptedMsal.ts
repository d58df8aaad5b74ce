/** A fake MSAL: tests set its responses and read the recorded calls. */
import {
  type AccountInfo,
  type AuthenticationResult,
  BrowserAuthError,
  type EndSessionRequest,
  type EventCallbackFunction,
  type EventMessage,
  EventType,
  InteractionRequiredAuthError,
  InteractionType,
  type IPublicClientApplication,
  type PopupRequest,
  type RedirectRequest,
  ServerError,
  type SilentRequest,
  stubbedPublicClientApplication,
} from "@azure/msal-browser";
import type { EntranceConfig } from "../session/config/config.js";
import "../session/microsoft/msalLibrary.js"; // loaded by now, as if it came at once

export const CONFIG = {
  authority: "https://localhost:8400/c0470500-0000-4000-a000-000000000001",
  clientId: "5ba00000-0000-4000-a000-000000000003",
  scopes: ["api://a9100000-0000-4000-a000-000000000002/access_as_user"],
  redirectUri: "/entrance/redirect/",
  knownAuthorities: ["localhost:8400"],
  authorityMetadata: {
    authorization_endpoint: "http://localhost:8400/authorize",
    token_endpoint: "http://localhost:8400/token",
    end_session_endpoint: "http://localhost:8400/logout",
  },
} as const satisfies EntranceConfig;

export const ADA: AccountInfo = {
  homeAccountId: "ada.contoso",
  environment: "localhost:8400",
  tenantId: "c0470500-0000-4000-a000-000000000001",
  username: "ada@contoso.example",
  localAccountId: "ada00000-0000-4000-a000-000000000011",
  name: "Ada Lovelace",
};

export const ADA_ACCOUNT = {
  name: "Ada Lovelace",
  username: "ada@contoso.example",
  tenantId: "c0470500-0000-4000-a000-000000000001",
  objectId: "ada00000-0000-4000-a000-000000000011",
};

/** Ada's object ID in another tenant. */
export const ADA_ELSEWHERE: AccountInfo = { ...ADA, tenantId: "fab00000-0000-4000-a000-000000000001" };

export const BOB: AccountInfo = {
  ...ADA,
  homeAccountId: "bob.contoso",
  username: "bob@contoso.example",
  localAccountId: "b0b00000-0000-4000-a000-000000000012",
  name: "Bob Kahn",
};

export const notAssigned = (): ServerError =>
  new ServerError("access_denied", "42", "AADSTS50105: not assigned", "", "50105");
export const popupBlocked = (): BrowserAuthError => new BrowserAuthError("popup_window_error", "42");
export const interactionRequired = (claims = ""): InteractionRequiredAuthError =>
  new InteractionRequiredAuthError("interaction_required", "42", "AADSTS50076", "basic_action", "", "", claims);

/** Makes Microsoft's response: a token for Ada, or for `account`. */
export function answer(accessToken: string, account: AccountInfo = ADA, fromCache = false): AuthenticationResult {
  return { accessToken, account, fromCache, scopes: [...CONFIG.scopes] } as unknown as AuthenticationResult;
}

export class FakeWindow {
  closed = false;
  focused = 0;
  /** Whether it shows a page of another origin, whose address no one may read. */
  arrived = false;
  /** How often its address was asked for since. */
  looks = 0;

  get location(): Pick<Location, "assign" | "href"> {
    if (this.arrived) this.looks += 1;
    if (this.arrived) throw new DOMException("cross-origin", "SecurityError");
    const assign = (): void => {
      this.arrived = true;
    };
    return { href: "about:blank", assign };
  }

  focus(): void {
    this.focused += 1;
  }

  close(): void {
    this.closed = true;
  }
}

export interface ScriptedMsal extends IPublicClientApplication {
  readonly popups: PopupRequest[];
  readonly redirects: RedirectRequest[];
  readonly silents: SilentRequest[];
  readonly logouts: (EndSessionRequest | undefined)[];
  /** Responses of the next calls. By default each call stays pending. */
  onPopup: (request: PopupRequest) => Promise<AuthenticationResult>;
  onRedirect: (request: RedirectRequest) => Promise<void>;
  onSilent: (request: SilentRequest) => Promise<AuthenticationResult>;
  onLogout: () => Promise<void>;
  onReturn: () => Promise<AuthenticationResult | null>;
  /** Emits an event to the subscribers. */
  emit(eventType: EventType, payload?: unknown, interactionType?: InteractionType): void;
  /** Reports an open sign-in window. */
  openWindow(): FakeWindow;
  subscribers(): number;
}

const forever = (): Promise<never> => new Promise<never>(() => {});

/** With an account, MSAL's cache has a key, as a page sees it that has not loaded MSAL. */
export function scriptedMsal(active: AccountInfo | null = null): ScriptedMsal {
  if (active) localStorage.setItem("msal.2|scripted|account", active.username);
  const listeners = new Map<string, [EventCallbackFunction, readonly EventType[]]>();
  const msal: ScriptedMsal = {
    ...stubbedPublicClientApplication,
    popups: [],
    redirects: [],
    silents: [],
    logouts: [],
    onPopup: forever,
    onRedirect: forever,
    onSilent: forever,
    onLogout: forever,
    onReturn: async () => null,
    initialize: async () => {},
    clearCache: async () => {},
    handleRedirectPromise: () => msal.onReturn(),
    getActiveAccount: () => active,
    getAllAccounts: () => (active ? [active] : []),
    setActiveAccount: (account) => {
      active = account;
      msal.emit(EventType.ACTIVE_ACCOUNT_CHANGED);
    },
    acquireTokenPopup: (request) => {
      msal.popups.push(request);
      return request.popupWindowParent ? Promise.reject(popupBlocked()) : msal.onPopup(request);
    },
    acquireTokenRedirect: (request) => {
      msal.redirects.push(request);
      return msal.onRedirect(request);
    },
    acquireTokenSilent: (request) => {
      msal.silents.push(request);
      return msal.onSilent(request);
    },
    logoutRedirect: (request) => {
      msal.logouts.push(request);
      return msal.onLogout();
    },
    addEventCallback: (callback, types = []) => {
      const id = crypto.randomUUID();
      listeners.set(id, [callback, types]);
      return id;
    },
    removeEventCallback: (id) => void listeners.delete(id),
    emit: (eventType, payload = null, interactionType = InteractionType.None) => {
      for (const [callback, types] of listeners.values()) {
        if (types.length === 0 || types.includes(eventType))
          callback({ eventType, payload, interactionType } as EventMessage);
      }
    },
    openWindow: () => {
      const popupWindow = new FakeWindow();
      msal.emit(EventType.POPUP_OPENED, { popupWindow });
      return popupWindow;
    },
    subscribers: () => listeners.size,
  };
  return msal;
}
