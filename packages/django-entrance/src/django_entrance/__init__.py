"""Sign in to a Django project with Microsoft Entra ID, beside the logins it already has.

A request with a bearer token goes through this package in these steps, with a new type at each:

    Authorization header
      │  verification.bearer       read_bearer   → bearer text      None: next login
      │  verification.unverified   parse_jws     → UnverifiedToken  None: next login (not a JWS)
      │  verification.authority    find_issuer   → Issuer           None: next login (issuer unknown)
      │  verification.metadata     find          → SigningKey       UnknownSigningKey, AuthorityUnreachable
      │  verification.claims       verify        → VerifiedClaims   BadSignature, ClaimRefused
      │  verification.identity     from_claims   → Identity
      │  accounts.provisioning     provision     → user             ProvisioningRefused
      ▼  middleware, bearer        attach_user   → request.user, request.auser, request.entra

``None`` means that the token is not ours, and the next login is tried. An exception means that it is ours and refused:
no other login is tried.
"""
