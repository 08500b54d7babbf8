import type { Catalogue } from "../catalogue.ts";

/** Said once at the top of the next page, after something was done. */
export const flash = {
  lintingOrdered: "The run has been ordered and begins in a moment.",
  signedOut: "You have signed out.",
  passwordChanged: "Your password has been changed.",
  sessionEnded: "The selected session has been ended.",
  factorAdded: "The second factor has been registered.",
  factorRemoved: "The second factor has been removed.",
  draftGone: "The contents of the check page could not be found. Please enter them again.",
  requestCancelled: "The request has been cancelled.",
  requestApproved: "The request has been approved.",
  requestRejected: "The request has been rejected.",
  certificateIssued: "The certificate has been issued.",
  issueFailed: "The request was approved, but the certificate could not be issued. Please see the reason.",
  validationStarted: "Validation has started. Please set the random value.",
  validationConfirmed: "Control of the domain has been confirmed.",
  organizationAdded: "The applicant organisation has been registered.",
  userAdded: "The user has been registered.",
  userDisabled: "The user has been disabled.",
  userEnabled: "The user has been enabled again.",
  temporaryPasswordSent: "A temporary password has been sent.",
  operatorAdded: "The operator has been registered.",
  operatorSuspended: "The operator has been suspended.",
  operatorResumed: "The operator may enter again.",
  operatorRemoved: "The operator has been removed.",
  certificateShownOnce:
    "The file and password of an issued certificate are shown only once. If you need them again, issue another certificate.",
  staffAdded: "The staff member has been registered.",
  staffDisabled: "The staff member has been disabled.",
  reportUpheldPartly:
    "The revocation has been decided. Some certificates could not be ordered; check their states.",
  keysBlocked: "The keys have been registered.",
  keysBlockedAndOrdered:
    "The keys have been registered, and the revocation of their certificates is ordered.",
  certificateRevoked: "The certificate has been revoked.",
  ownRevocationCancelled: "The revocation was called off. The certificate can be used as before.",
  revocationCancelled: "The revocation was called off. The subscriber will be told.",
  massRevocationAbandoned: "It was abandoned. Nothing was revoked.",
  crlPublished: "The CRL was published.",
  saved: "Saved.",
} satisfies Catalogue["flash"];
