/** The session, made outside React, so that a loader can wait for it, too. */
import { createSession } from "@django-entrance/react/session";
import { CONFIG } from "../shared/config";

export const session = createSession({ config: CONFIG });
