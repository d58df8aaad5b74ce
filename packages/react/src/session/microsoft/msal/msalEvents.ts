/** MSAL's event types, without MSAL. */
import type { EventType } from "@azure/msal-browser";

export const ACQUIRE_TOKEN_SUCCESS: typeof EventType.ACQUIRE_TOKEN_SUCCESS = "msal:acquireTokenSuccess";
export const ACTIVE_ACCOUNT_CHANGED: typeof EventType.ACTIVE_ACCOUNT_CHANGED = "msal:activeAccountChanged";
export const LOGIN_SUCCESS: typeof EventType.LOGIN_SUCCESS = "msal:loginSuccess";
export const LOGOUT_SUCCESS: typeof EventType.LOGOUT_SUCCESS = "msal:logoutSuccess";
export const POPUP_OPENED: typeof EventType.POPUP_OPENED = "msal:popupOpened";

/** Events that MSAL sends to all tabs. */
export const ACCOUNT_EVENTS: EventType[] = [LOGIN_SUCCESS, LOGOUT_SUCCESS, ACTIVE_ACCOUNT_CHANGED];
