/** Texts of the redirect bridge page. A table of its own, since the page loads nothing else of the package. */

interface BridgeTexts {
  readonly signingIn: string;
  readonly done: string;
  readonly notHeard: string;
  readonly notAlone: string;
  readonly back: string;
}

const EN: BridgeTexts = {
  signingIn: "Signing in…",
  done: "You can close this window.",
  notHeard: "The page that opened this window does not answer. Close this window and sign in again.",
  notAlone: "This page finishes a sign-in and does nothing when it is opened on its own.",
  back: "Back to the application",
};

const NB: BridgeTexts = {
  signingIn: "Logger på …",
  done: "Du kan lukke dette vinduet.",
  notHeard: "Siden som åpnet dette vinduet, svarer ikke. Lukk vinduet og logg på igjen.",
  notAlone: "Denne siden fullfører en pålogging og gjør ingenting når den åpnes alene.",
  back: "Tilbake til appen",
};

const BY_LANGUAGE: Readonly<Record<string, BridgeTexts>> = {
  de: {
    signingIn: "Anmeldung läuft …",
    done: "Sie können dieses Fenster schließen.",
    notHeard:
      "Die Seite, die dieses Fenster geöffnet hat, antwortet nicht. Schließen Sie das Fenster und melden Sie sich erneut an.",
    notAlone: "Diese Seite schließt eine Anmeldung ab und bewirkt nichts, wenn sie einzeln geöffnet wird.",
    back: "Zurück zur Anwendung",
  },
  es: {
    signingIn: "Iniciando sesión…",
    done: "Puede cerrar esta ventana.",
    notHeard: "La página que abrió esta ventana no responde. Cierre la ventana y vuelva a iniciar sesión.",
    notAlone: "Esta página finaliza un inicio de sesión y no hace nada si se abre por separado.",
    back: "Volver a la aplicación",
  },
  fr: {
    signingIn: "Connexion en cours…",
    done: "Vous pouvez fermer cette fenêtre.",
    notHeard: "La page qui a ouvert cette fenêtre ne répond pas. Fermez la fenêtre et reconnectez-vous.",
    notAlone: "Cette page termine une connexion et ne fait rien si elle est ouverte seule.",
    back: "Retour à l’application",
  },
  nb: NB,
  nl: {
    signingIn: "Bezig met aanmelden…",
    done: "U kunt dit venster sluiten.",
    notHeard: "De pagina die dit venster heeft geopend, antwoordt niet. Sluit het venster en meld u opnieuw aan.",
    notAlone: "Deze pagina voltooit een aanmelding en doet niets als ze apart wordt geopend.",
    back: "Terug naar de toepassing",
  },
  no: NB,
};

/** Returns the texts in the language of the page, otherwise English. */
export function bridgeTexts(lang: string): BridgeTexts {
  return BY_LANGUAGE[lang.toLowerCase().split("-", 1)[0] ?? ""] ?? EN;
}
