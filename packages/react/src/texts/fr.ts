/** French texts. */
import type { Texts } from "./texts.js";

export const fr: Texts = {
  lang: "fr",
  signInWithMicrosoft: "Se connecter avec Microsoft",
  signIn: "Se connecter",
  continueWithMicrosoft: "Continuer avec Microsoft",
  windowOpen: "La fenêtre de connexion est ouverte. Activez de nouveau le bouton pour la ramener au premier plan.",
  loading: "Chargement…",
  tryAgain: "Réessayer",
  dismiss: "Fermer",
  confirmSignIn: "Confirmer avec Microsoft",
  connectMicrosoft: "Associer un compte Microsoft",
  connectAccount: "Associer {account}",
  connected: "Le compte Microsoft est associé.",
  yourPassword: "Votre mot de passe sur ce site",
  accountOf: "Compte de {name}",
  viaMicrosoft: "Session ouverte avec Microsoft",
  viaPassword: "Session ouverte avec un mot de passe",
  microsoftAccounts: "Comptes Microsoft",
  noMicrosoftAccount: "Aucun compte Microsoft n’est associé.",
  otherAccount: "Compte {id}",
  connectedOn: "associé le {date}",
  sessions: "Sessions ouvertes",
  thisSession: "Cette session",
  otherSession: "Autre session",
  since: "depuis le {time}",
  endSession: "Fermer",
  endSessionSince: "Fermer la session ouverte depuis le {time}",
  sessionEnded: "La session est fermée.",
  manageAccount: "Gérer le compte",
  signOut: "Se déconnecter",
  signOutEverywhere: "Se déconnecter partout",
  unexpectedNumber: "La connexion a échoué avec l’erreur {number}. Communiquez ce numéro à votre administrateur.",
  errors: {
    sign_in_cancelled: "La connexion a été annulée. Vous pouvez réessayer.",
    interrupted: "La connexion a été interrompue. Vous pouvez réessayer.",
    popup_closed: "La fenêtre de connexion a été fermée avant la fin de la connexion. Vous pouvez réessayer.",
    popup_timed_out: "La connexion a pris trop de temps et a été arrêtée. Veuillez réessayer.",
    popup_blocked:
      "Le navigateur a bloqué la fenêtre de connexion. Autorisez les fenêtres contextuelles pour cette page, puis réessayez.",
    not_assigned:
      "Votre compte ne peut pas encore utiliser cette application. Demandez à votre administrateur de l’y affecter, puis réessayez.",
    access_denied:
      "Microsoft a refusé la connexion avec ce compte. Si vous pensez devoir y avoir accès, adressez-vous à votre administrateur.",
    consent_required:
      "Cette application n’a pas encore été approuvée pour votre organisation. Demandez à votre administrateur de l’approuver.",
    interaction_required: "Votre connexion doit être confirmée. Veuillez vous reconnecter.",
    network: "Le serveur est injoignable. Vérifiez votre connexion au réseau, puis réessayez.",
    offline: "Vous êtes hors ligne. Connectez-vous au réseau, puis réessayez.",
    library_unreachable:
      "Une partie de cette page nécessaire à la connexion n’a pas pu être chargée. Veuillez réessayer.",
    microsoft_unreachable: "Microsoft est injoignable. Veuillez réessayer dans un instant.",
    microsoft_busy: "Microsoft reçoit trop de demandes en ce moment. Veuillez réessayer dans une minute.",
    django_unreachable: "Ce site n’a pas indiqué si votre session est ouverte. Veuillez réessayer.",
    config_unreachable:
      "Les paramètres de connexion de cette application n’ont pas pu être chargés. Veuillez réessayer.",
    config_invalid: "Les paramètres de connexion de cette application sont incorrects. Prévenez son administrateur.",
    storage_unavailable:
      "Le navigateur n’autorise pas cette page à enregistrer des données. Autorisez-le, puis réessayez.",
    storage_partitioned:
      "Le navigateur isole les données de cette page, car un autre site l’affiche. Ouvrez la page dans sa propre fenêtre.",
    insecure_context: "La connexion ne fonctionne que sur les adresses https et sur localhost.",
    not_signed_in: "Vous n’êtes pas connecté(e).",
    account_changed:
      "Un autre compte s’est connecté entre-temps, rien n’a donc été envoyé. Vérifiez le compte, puis réessayez.",
    authorization_given: "La requête possède déjà son propre en-tête Authorization, aucun jeton n’a donc été ajouté.",
    origin_refused: "Cette application n’est pas autorisée à envoyer son jeton d’accès à cette adresse.",
    provider_missing: "Aucun <EntranceProvider> n’a encore été rendu sur cette page.",
    several_providers:
      "Cette page contient des providers aux configurations différentes. N’affichez qu’un seul <EntranceProvider>.",
    account_exists:
      "Un compte avec votre adresse existe déjà ici. Connectez-vous comme auparavant, puis associez-y Microsoft.",
    already_connected:
      "Ce compte Microsoft est associé ici à un autre compte. Choisissez-en un autre ou dissociez-le d’abord de celui-ci.",
    ticket_refused:
      "L’association a pris trop de temps, ou votre mot de passe a changé entre-temps. Veuillez réessayer.",
    password_needed: "Confirmez avec le mot de passe que vous utilisez ici.",
    last_way_in:
      "Ce compte Microsoft est votre seul moyen de vous connecter. Définissez d’abord un mot de passe, puis dissociez-le.",
    app_role_missing:
      "Il vous manque un rôle pour cela. Connectez-vous avec Microsoft si ce n’est pas fait, ou demandez ce rôle à votre administrateur.",
    scope_missing: "Il manque à cette application une autorisation pour cela. Prévenez son administrateur.",
    overage_unresolved:
      "Vous appartenez à trop de groupes pour que Microsoft les énumère, vos droits sont donc inconnus. Prévenez votre administrateur.",
    graph_unreachable: "Microsoft n’a pas indiqué à quels groupes vous appartenez. Veuillez réessayer dans une minute.",
    unexpected: "La connexion a échoué pour une raison inattendue. Veuillez réessayer.",
  },
};
