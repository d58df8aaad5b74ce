/** German texts. */
import type { Texts } from "./texts.js";

export const de: Texts = {
  lang: "de",
  signInWithMicrosoft: "Mit Microsoft anmelden",
  signIn: "Anmelden",
  continueWithMicrosoft: "Mit Microsoft fortfahren",
  windowOpen:
    "Das Anmeldefenster ist geöffnet. Betätigen Sie die Schaltfläche erneut, um es in den Vordergrund zu holen.",
  loading: "Wird geladen …",
  tryAgain: "Erneut versuchen",
  dismiss: "Schließen",
  confirmSignIn: "Mit Microsoft bestätigen",
  connectMicrosoft: "Microsoft-Konto verbinden",
  connectAccount: "{account} verbinden",
  connected: "Das Microsoft-Konto ist verbunden.",
  yourPassword: "Ihr Passwort auf dieser Website",
  accountOf: "Konto von {name}",
  viaMicrosoft: "Mit Microsoft angemeldet",
  viaPassword: "Mit Passwort angemeldet",
  microsoftAccounts: "Microsoft-Konten",
  noMicrosoftAccount: "Es ist kein Microsoft-Konto verbunden.",
  otherAccount: "Konto {id}",
  connectedOn: "verbunden am {date}",
  sessions: "Sitzungen",
  thisSession: "Diese Sitzung",
  otherSession: "Andere Sitzung",
  since: "seit dem {time}",
  endSession: "Beenden",
  endSessionSince: "Sitzung seit dem {time} beenden",
  sessionEnded: "Die Sitzung wurde beendet.",
  manageAccount: "Konto verwalten",
  signOut: "Abmelden",
  signOutEverywhere: "Überall abmelden",
  unexpectedNumber:
    "Die Anmeldung ist mit dem Fehler {number} fehlgeschlagen. Teilen Sie Ihrem Administrator diese Nummer mit.",
  errors: {
    sign_in_cancelled: "Die Anmeldung wurde abgebrochen. Sie können es erneut versuchen.",
    interrupted: "Die Anmeldung wurde unterbrochen. Sie können es erneut versuchen.",
    popup_closed: "Das Anmeldefenster wurde geschlossen, bevor Sie angemeldet waren. Sie können es erneut versuchen.",
    popup_timed_out: "Die Anmeldung hat zu lange gedauert und wurde beendet. Bitte versuchen Sie es erneut.",
    popup_blocked:
      "Der Browser hat das Anmeldefenster blockiert. Lassen Sie Pop-ups für diese Seite zu und versuchen Sie es erneut.",
    not_assigned:
      "Ihr Konto darf diese Anwendung noch nicht verwenden. Bitten Sie Ihren Administrator, es der Anwendung zuzuweisen, und versuchen Sie es dann erneut.",
    access_denied:
      "Microsoft hat die Anmeldung mit diesem Konto abgelehnt. Fragen Sie Ihren Administrator, falls Sie Zugang haben sollten.",
    consent_required:
      "Diese Anwendung ist für Ihre Organisation noch nicht genehmigt. Bitten Sie Ihren Administrator, sie zu genehmigen.",
    interaction_required: "Ihre Anmeldung muss bestätigt werden. Bitte melden Sie sich erneut an.",
    network: "Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
    offline: "Sie sind offline. Stellen Sie eine Netzwerkverbindung her und versuchen Sie es erneut.",
    library_unreachable:
      "Ein Teil dieser Seite, der für die Anmeldung nötig ist, konnte nicht geladen werden. Bitte versuchen Sie es erneut.",
    microsoft_unreachable: "Microsoft ist nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
    microsoft_busy: "Microsoft erhält zurzeit zu viele Anfragen. Bitte versuchen Sie es in einer Minute erneut.",
    django_unreachable: "Diese Website hat nicht mitgeteilt, ob Sie angemeldet sind. Bitte versuchen Sie es erneut.",
    config_unreachable:
      "Die Anmeldeeinstellungen dieser Anwendung konnten nicht geladen werden. Bitte versuchen Sie es erneut.",
    config_invalid: "Die Anmeldeeinstellungen dieser Anwendung sind fehlerhaft. Informieren Sie den Administrator.",
    storage_unavailable:
      "Der Browser lässt diese Seite keine Daten speichern. Erlauben Sie es und versuchen Sie es erneut.",
    storage_partitioned:
      "Der Browser hält die Daten dieser Seite getrennt, weil eine andere Website sie anzeigt. Öffnen Sie die Seite in einem eigenen Fenster.",
    insecure_context: "Die Anmeldung funktioniert nur unter https-Adressen und auf localhost.",
    not_signed_in: "Sie sind nicht angemeldet.",
    account_changed:
      "Inzwischen ist ein anderes Konto angemeldet, deshalb wurde nichts gesendet. Prüfen Sie das Konto und versuchen Sie es dann erneut.",
    authorization_given:
      "Die Anfrage hat bereits einen eigenen Authorization-Header, deshalb wurde kein Token hinzugefügt.",
    origin_refused: "Diese Anwendung darf ihr Zugriffstoken nicht an diese Adresse senden.",
    provider_missing: "Auf dieser Seite wurde noch kein <EntranceProvider> gerendert.",
    several_providers:
      "Diese Seite hat Provider mit verschiedenen Konfigurationen. Rendern Sie nur einen <EntranceProvider>.",
    account_exists:
      "Hier gibt es bereits ein Konto mit Ihrer Adresse. Melden Sie sich wie bisher damit an und verbinden Sie es dann mit Microsoft.",
    already_connected:
      "Dieses Microsoft-Konto ist hier schon mit einem anderen Konto verbunden. Wählen Sie ein anderes oder trennen Sie es zuerst von jenem.",
    ticket_refused:
      "Das Verbinden hat zu lange gedauert, oder Ihr Passwort wurde inzwischen geändert. Bitte versuchen Sie es erneut.",
    password_needed: "Bestätigen Sie mit dem Passwort, das Sie hier verwenden.",
    last_way_in:
      "Dieses Microsoft-Konto ist Ihre einzige Möglichkeit, sich anzumelden. Legen Sie zuerst ein Passwort fest und trennen Sie das Konto dann.",
    app_role_missing:
      "Dafür fehlt Ihnen eine Rolle. Melden Sie sich mit Microsoft an, falls noch nicht geschehen, oder bitten Sie Ihren Administrator darum.",
    scope_missing: "Dieser Anwendung fehlt dafür eine Berechtigung. Informieren Sie den Administrator.",
    overage_unresolved:
      "Sie sind in zu vielen Gruppen, als dass Microsoft sie auflisten könnte. Deshalb sind Ihre Rechte nicht bekannt. Informieren Sie Ihren Administrator.",
    graph_unreachable:
      "Microsoft hat nicht mitgeteilt, in welchen Gruppen Sie sind. Bitte versuchen Sie es in einer Minute erneut.",
    unexpected: "Die Anmeldung ist aus einem unerwarteten Grund fehlgeschlagen. Bitte versuchen Sie es erneut.",
  },
};
