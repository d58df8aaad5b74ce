/** Spanish texts. */
import type { Texts } from "./texts.js";

export const es: Texts = {
  lang: "es",
  signInWithMicrosoft: "Iniciar sesión con Microsoft",
  signIn: "Iniciar sesión",
  continueWithMicrosoft: "Continuar con Microsoft",
  windowOpen: "La ventana de inicio de sesión está abierta. Pulse de nuevo el botón para traerla al primer plano.",
  loading: "Cargando…",
  tryAgain: "Reintentar",
  dismiss: "Cerrar",
  confirmSignIn: "Confirmar con Microsoft",
  connectMicrosoft: "Vincular cuenta de Microsoft",
  connectAccount: "Vincular {account}",
  connected: "La cuenta de Microsoft está vinculada.",
  yourPassword: "Su contraseña en este sitio",
  accountOf: "Cuenta de {name}",
  viaMicrosoft: "Sesión iniciada con Microsoft",
  viaPassword: "Sesión iniciada con contraseña",
  microsoftAccounts: "Cuentas de Microsoft",
  noMicrosoftAccount: "No hay ninguna cuenta de Microsoft vinculada.",
  otherAccount: "Cuenta {id}",
  connectedOn: "vinculada el {date}",
  sessions: "Sesiones",
  thisSession: "Esta sesión",
  otherSession: "Otra sesión",
  since: "desde el {time}",
  endSession: "Cerrar",
  endSessionSince: "Cerrar la sesión iniciada el {time}",
  sessionEnded: "La sesión se ha cerrado.",
  manageAccount: "Administrar la cuenta",
  signOut: "Cerrar sesión",
  signOutEverywhere: "Cerrar sesión en todas partes",
  unexpectedNumber: "El inicio de sesión ha fallado con el error {number}. Comunique este número a su administrador.",
  errors: {
    sign_in_cancelled: "El inicio de sesión se ha cancelado. Puede volver a intentarlo.",
    interrupted: "El inicio de sesión se ha interrumpido. Puede volver a intentarlo.",
    popup_closed: "La ventana de inicio de sesión se ha cerrado antes de terminar. Puede volver a intentarlo.",
    popup_timed_out: "El inicio de sesión ha tardado demasiado y se ha detenido. Vuelva a intentarlo.",
    popup_blocked:
      "El navegador ha bloqueado la ventana de inicio de sesión. Permita las ventanas emergentes en esta página y vuelva a intentarlo.",
    not_assigned:
      "Su cuenta aún no puede usar esta aplicación. Pida a su administrador que la asigne a la aplicación y vuelva a intentarlo.",
    access_denied:
      "Microsoft ha rechazado el inicio de sesión con esta cuenta. Consulte a su administrador si debería tener acceso.",
    consent_required:
      "Esta aplicación aún no está aprobada para su organización. Pida a su administrador que la apruebe.",
    interaction_required: "Debe confirmar su inicio de sesión. Vuelva a iniciar sesión.",
    network: "No se puede acceder al servidor. Compruebe su conexión y vuelva a intentarlo.",
    offline: "No tiene conexión. Conéctese a la red y vuelva a intentarlo.",
    library_unreachable:
      "No se ha podido cargar una parte de esta página necesaria para iniciar sesión. Vuelva a intentarlo.",
    microsoft_unreachable: "No se puede acceder a Microsoft. Vuelva a intentarlo dentro de un momento.",
    microsoft_busy: "Microsoft recibe demasiadas solicitudes en este momento. Vuelva a intentarlo dentro de un minuto.",
    django_unreachable: "Este sitio no ha indicado si usted ha iniciado sesión. Vuelva a intentarlo.",
    config_unreachable:
      "No se ha podido cargar la configuración de inicio de sesión de esta aplicación. Vuelva a intentarlo.",
    config_invalid: "La configuración de inicio de sesión de esta aplicación es incorrecta. Avise a su administrador.",
    storage_unavailable: "El navegador no permite que esta página guarde datos. Permítalo y vuelva a intentarlo.",
    storage_partitioned:
      "El navegador mantiene aislados los datos de esta página porque otro sitio la muestra. Abra la página en su propia ventana.",
    insecure_context: "El inicio de sesión solo funciona en direcciones https y en localhost.",
    not_signed_in: "No ha iniciado sesión.",
    account_changed:
      "Ahora ha iniciado sesión otra cuenta, por lo que no se ha enviado nada. Compruebe la cuenta y vuelva a intentarlo.",
    authorization_given:
      "La solicitud ya tiene su propio encabezado Authorization, por lo que no se ha añadido ningún token.",
    origin_refused: "Esta aplicación no puede enviar su token de acceso a esa dirección.",
    provider_missing: "Aún no se ha mostrado ningún <EntranceProvider> en esta página.",
    several_providers:
      "Esta página tiene varios providers con configuraciones distintas. Use un solo <EntranceProvider>.",
    account_exists:
      "Aquí ya existe una cuenta con su dirección. Inicie sesión en ella como antes y, a continuación, vincule Microsoft.",
    already_connected:
      "Esta cuenta de Microsoft ya está vinculada aquí a otra cuenta. Elija otra o desvincúlela primero allí.",
    ticket_refused: "La vinculación ha tardado demasiado o su contraseña ha cambiado entretanto. Vuelva a intentarlo.",
    password_needed: "Confirme con la contraseña que usa aquí.",
    last_way_in:
      "Esta cuenta de Microsoft es su única forma de iniciar sesión. Establezca primero una contraseña y después desvincúlela.",
    app_role_missing:
      "Para esto necesita un rol que no tiene. Inicie sesión con Microsoft si aún no lo ha hecho o pida el rol a su administrador.",
    scope_missing: "A esta aplicación le falta un permiso necesario para esto. Avise a su administrador.",
    overage_unresolved:
      "Pertenece a demasiados grupos para que Microsoft los enumere, por lo que no se conocen sus permisos. Avise a su administrador.",
    graph_unreachable: "Microsoft no ha indicado a qué grupos pertenece. Vuelva a intentarlo dentro de un minuto.",
    unexpected: "El inicio de sesión ha fallado por un motivo inesperado. Vuelva a intentarlo.",
  },
};
