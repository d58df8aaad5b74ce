/** Dutch texts. */
import type { Texts } from "./texts.js";

export const nl: Texts = {
  lang: "nl",
  signInWithMicrosoft: "Aanmelden met Microsoft",
  signIn: "Aanmelden",
  continueWithMicrosoft: "Doorgaan met Microsoft",
  windowOpen: "Het aanmeldvenster is geopend. Activeer de knop nogmaals om het naar voren te halen.",
  loading: "Bezig met laden…",
  tryAgain: "Opnieuw proberen",
  dismiss: "Sluiten",
  confirmSignIn: "Bevestigen met Microsoft",
  connectMicrosoft: "Microsoft-account koppelen",
  connectAccount: "{account} koppelen",
  connected: "Het Microsoft-account is gekoppeld.",
  yourPassword: "Uw wachtwoord op deze site",
  accountOf: "Account van {name}",
  viaMicrosoft: "Aangemeld met Microsoft",
  viaPassword: "Aangemeld met een wachtwoord",
  microsoftAccounts: "Microsoft-accounts",
  noMicrosoftAccount: "Er is geen Microsoft-account gekoppeld.",
  otherAccount: "Account met id {id}",
  connectedOn: "gekoppeld op {date}",
  sessions: "Sessies",
  thisSession: "Deze sessie",
  otherSession: "Andere sessie",
  since: "sinds {time}",
  endSession: "Beëindigen",
  endSessionSince: "Sessie sinds {time} beëindigen",
  sessionEnded: "De sessie is beëindigd.",
  manageAccount: "Account beheren",
  signOut: "Afmelden",
  signOutEverywhere: "Overal afmelden",
  unexpectedNumber: "Het aanmelden is mislukt met fout {number}. Geef dit nummer door aan uw beheerder.",
  errors: {
    sign_in_cancelled: "Het aanmelden is geannuleerd. U kunt het opnieuw proberen.",
    interrupted: "Het aanmelden is onderbroken. U kunt het opnieuw proberen.",
    popup_closed: "Het aanmeldvenster is gesloten voordat u was aangemeld. U kunt het opnieuw proberen.",
    popup_timed_out: "Het aanmelden duurde te lang en is gestopt. Probeer het opnieuw.",
    popup_blocked:
      "De browser heeft het aanmeldvenster geblokkeerd. Sta pop-ups voor deze pagina toe en probeer het opnieuw.",
    not_assigned:
      "Uw account mag deze toepassing nog niet gebruiken. Vraag uw beheerder om het eraan toe te wijzen en probeer het dan opnieuw.",
    access_denied:
      "Microsoft heeft het aanmelden met dit account geweigerd. Neem contact op met uw beheerder als u toegang zou moeten hebben.",
    consent_required:
      "Deze toepassing is nog niet goedgekeurd voor uw organisatie. Vraag uw beheerder om deze goed te keuren.",
    interaction_required: "Uw aanmelding moet worden bevestigd. Meld u opnieuw aan.",
    network: "De server is niet bereikbaar. Controleer uw verbinding en probeer het opnieuw.",
    offline: "U bent offline. Maak verbinding met het netwerk en probeer het opnieuw.",
    library_unreachable:
      "Een deel van deze pagina dat nodig is om aan te melden, kon niet worden geladen. Probeer het opnieuw.",
    microsoft_unreachable: "Microsoft is niet bereikbaar. Probeer het over enkele ogenblikken opnieuw.",
    microsoft_busy: "Microsoft krijgt op dit moment te veel aanvragen. Probeer het over een minuut opnieuw.",
    django_unreachable: "Deze site heeft niet laten weten of u bent aangemeld. Probeer het opnieuw.",
    config_unreachable: "De aanmeldinstellingen van deze toepassing konden niet worden geladen. Probeer het opnieuw.",
    config_invalid: "De aanmeldinstellingen van deze toepassing kloppen niet. Meld dit aan de beheerder.",
    storage_unavailable:
      "De browser staat niet toe dat deze pagina gegevens opslaat. Sta dit toe en probeer het opnieuw.",
    storage_partitioned:
      "De browser houdt de gegevens van deze pagina gescheiden, omdat een andere site deze toont. Open de pagina in een eigen venster.",
    insecure_context: "Aanmelden werkt alleen op https-adressen en op localhost.",
    not_signed_in: "U bent niet aangemeld.",
    account_changed:
      "Er is intussen een ander account aangemeld, daarom is er niets verzonden. Controleer het account en probeer het dan opnieuw.",
    authorization_given: "De aanvraag heeft al een eigen Authorization-header, daarom is er geen token toegevoegd.",
    origin_refused: "Deze toepassing mag het toegangstoken niet naar dat adres sturen.",
    provider_missing: "Op deze pagina is nog geen <EntranceProvider> weergegeven.",
    several_providers:
      "Deze pagina heeft providers met verschillende configuraties. Gebruik slechts één <EntranceProvider>.",
    account_exists:
      "Er bestaat hier al een account met uw adres. Meld u daarbij aan zoals voorheen en koppel Microsoft er vervolgens aan.",
    already_connected:
      "Dit Microsoft-account is hier al aan een ander account gekoppeld. Kies een ander account of ontkoppel het eerst daar.",
    ticket_refused: "Het koppelen duurde te lang, of uw wachtwoord is intussen gewijzigd. Probeer het opnieuw.",
    password_needed: "Bevestig met het wachtwoord dat u hier gebruikt.",
    last_way_in:
      "Dit Microsoft-account is uw enige manier om u aan te melden. Stel eerst een wachtwoord in en ontkoppel het daarna.",
    app_role_missing:
      "U mist hiervoor een rol. Meld u aan met Microsoft als u dat nog niet hebt gedaan, of vraag uw beheerder om de rol.",
    scope_missing: "Deze toepassing mist hiervoor een machtiging. Meld dit aan de beheerder.",
    overage_unresolved:
      "U bent lid van zoveel groepen dat Microsoft ze niet opsomt, dus uw rechten zijn niet bekend. Meld dit aan uw beheerder.",
    graph_unreachable:
      "Microsoft heeft niet laten weten van welke groepen u lid bent. Probeer het over een minuut opnieuw.",
    unexpected: "Het aanmelden is om een onverwachte reden mislukt. Probeer het opnieuw.",
  },
};
