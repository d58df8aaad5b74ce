/** Norwegian (bokmål) texts. */
import type { Texts } from "./texts.js";

export const nb: Texts = {
  lang: "nb",
  signInWithMicrosoft: "Logg på med Microsoft",
  signIn: "Logg på",
  continueWithMicrosoft: "Fortsett med Microsoft",
  windowOpen: "Påloggingsvinduet er åpent. Trykk på knappen en gang til for å hente det fram.",
  loading: "Laster inn …",
  tryAgain: "Prøv på nytt",
  dismiss: "Lukk",
  confirmSignIn: "Bekreft med Microsoft",
  connectMicrosoft: "Koble til Microsoft-konto",
  connectAccount: "Koble til {account}",
  connected: "Microsoft-kontoen er koblet til.",
  yourPassword: "Passordet ditt på dette nettstedet",
  accountOf: "Kontoen til {name}",
  viaMicrosoft: "Logget på med Microsoft",
  viaPassword: "Logget på med passord",
  microsoftAccounts: "Microsoft-kontoer",
  noMicrosoftAccount: "Ingen Microsoft-konto er koblet til.",
  otherAccount: "Konto {id}",
  connectedOn: "tilkoblet {date}",
  sessions: "Økter",
  thisSession: "Denne økten",
  otherSession: "En annen økt",
  since: "siden {time}",
  endSession: "Avslutt",
  endSessionSince: "Avslutt økten fra {time}",
  sessionEnded: "Økten er avsluttet.",
  manageAccount: "Administrer konto",
  signOut: "Logg av",
  signOutEverywhere: "Logg av overalt",
  unexpectedNumber: "Påloggingen mislyktes med feilen {number}. Oppgi dette nummeret til administratoren din.",
  errors: {
    sign_in_cancelled: "Påloggingen ble avbrutt. Du kan prøve på nytt.",
    interrupted: "Påloggingen stoppet underveis. Du kan prøve på nytt.",
    popup_closed: "Påloggingsvinduet ble lukket før du var logget på. Du kan prøve på nytt.",
    popup_timed_out: "Påloggingen tok for lang tid og ble stoppet. Prøv på nytt.",
    popup_blocked: "Nettleseren blokkerte påloggingsvinduet. Tillat popup-vinduer for denne siden og prøv på nytt.",
    not_assigned:
      "Kontoen din kan ikke bruke denne appen ennå. Be administratoren om å gi deg tilgang, og prøv på nytt.",
    access_denied:
      "Microsoft avviste pålogging med denne kontoen. Kontakt administratoren hvis du mener at du skal ha tilgang.",
    consent_required:
      "Denne appen er ikke godkjent for organisasjonen din ennå. Be administratoren om å godkjenne den.",
    interaction_required: "Påloggingen din må bekreftes. Logg på igjen.",
    network: "Får ikke kontakt med serveren. Kontroller tilkoblingen og prøv på nytt.",
    offline: "Du er frakoblet. Koble til nettverket og prøv på nytt.",
    library_unreachable: "En del av denne siden som trengs for å logge på, ble ikke lastet inn. Prøv på nytt.",
    microsoft_unreachable: "Får ikke kontakt med Microsoft. Prøv på nytt om et øyeblikk.",
    microsoft_busy: "Microsoft har for mange forespørsler akkurat nå. Prøv på nytt om et minutt.",
    django_unreachable: "Nettstedet oppga ikke om du er logget på. Prøv på nytt.",
    config_unreachable: "Påloggingsinnstillingene for denne appen ble ikke lastet inn. Prøv på nytt.",
    config_invalid: "Påloggingsinnstillingene for denne appen er feil. Si fra til administratoren.",
    storage_unavailable: "Nettleseren lar ikke denne siden lagre data. Tillat det og prøv på nytt.",
    storage_partitioned:
      "Nettleseren holder dataene til denne siden atskilt fordi et annet nettsted viser den. Åpne siden i et eget vindu.",
    insecure_context: "Pålogging virker bare på https-adresser og på localhost.",
    not_signed_in: "Du er ikke logget på.",
    account_changed: "En annen konto er logget på nå, så dette ble ikke sendt. Kontroller kontoen og prøv på nytt.",
    authorization_given:
      "Forespørselen har allerede sin egen Authorization-header, så det ble ikke lagt til noe token.",
    origin_refused: "Denne appen kan ikke sende tilgangstokenet sitt til den adressen.",
    provider_missing: "Ingen <EntranceProvider> er vist på denne siden ennå.",
    several_providers: "Denne siden har providere med forskjellige konfigurasjoner. Bruk bare én <EntranceProvider>.",
    account_exists:
      "Det finnes allerede en konto med adressen din her. Logg på den som før, og koble deretter Microsoft til den.",
    already_connected:
      "Denne Microsoft-kontoen er allerede koblet til en annen konto her. Velg en annen, eller koble den fra der først.",
    ticket_refused: "Tilkoblingen tok for lang tid, eller passordet ditt er endret i mellomtiden. Prøv på nytt.",
    password_needed: "Bekreft med passordet du bruker her.",
    last_way_in:
      "Denne Microsoft-kontoen er den eneste måten du kan logge på. Angi et passord først, og koble den deretter fra.",
    app_role_missing:
      "Dette krever en rolle du ikke har. Logg på med Microsoft hvis du ikke har gjort det, eller be administratoren om den.",
    scope_missing: "Denne appen mangler en tillatelse som dette krever. Si fra til administratoren.",
    overage_unresolved:
      "Du er med i for mange grupper til at Microsoft lister dem opp, så rettighetene dine er ukjente. Si fra til administratoren.",
    graph_unreachable: "Microsoft oppga ikke hvilke grupper du er med i. Prøv på nytt om et minutt.",
    unexpected: "Påloggingen mislyktes av en uventet grunn. Prøv på nytt.",
  },
};
