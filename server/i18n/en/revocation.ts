import type { revocation as source } from "../ja/revocation.ts";
import { revocationDesk } from "./revocation-desk.ts";
import { revocationOperator } from "./revocation-operator.ts";

export const revocation: typeof source = {
  reason: {
    unspecified: {
      name: "No reason given",
      help: "No reason is published. Choose this when none of the others fits, or when you do not want to publish one.",
    },
    keyCompromise: {
      name: "Key compromise",
      help: "The private key has leaked, or may have. This key can never again be used in a certificate, of any subscriber.",
    },
    affiliationChanged: {
      name: "Change of organisation details",
      help: "The organisation's name or affiliation in the certificate has changed and no longer fits.",
    },
    superseded: {
      name: "Replaced by a new certificate",
      help: "A new certificate has been installed and this one is not used any more.",
    },
    cessationOfOperation: {
      name: "End of operation",
      help: "The site or server has been shut down, or the domain name given up.",
    },
    privilegeWithdrawn: {
      name: "Privilege withdrawn",
      help: "For the issuer to decide: misuse, breach of contract, wrong contents and the like.",
    },
  },
  ground: {
    SUBSCRIBER_REQUEST: {
      name: "Request by the subscriber",
      help: "The subscriber asked for it, in writing or on the site.",
    },
    UNAUTHORISED_REQUEST: {
      name: "Request that was not authorised",
      help: "The subscriber told us that the original request was not authorised.",
    },
    KEY_COMPROMISE: { name: "Key compromise", help: "There is evidence that the private key has leaked." },
    KEY_COMPUTABLE: {
      name: "Private key can be computed",
      help: "A method is known that easily computes the private key from the public key, such as a Debian weak key.",
    },
    VALIDATION_UNRELIABLE: {
      name: "Validation not reliable",
      help: "There is evidence that the validation of a domain name or IP address should not be relied upon.",
    },
    WEAK_PARAMETERS: {
      name: "Weak key parameters",
      help: "The size or parameters of the key do not meet the requirements.",
    },
    MISUSE: { name: "Misuse", help: "There is evidence that the certificate was misused." },
    AGREEMENT_BREACH: {
      name: "Breach of agreement",
      help: "The subscriber violated a material obligation of the agreement or the terms of use.",
    },
    NO_RIGHT_TO_NAME: {
      name: "Right to the name lost",
      help: "The right to use the domain name or IP address has been lost.",
    },
    WRONG_DATA: {
      name: "Wrong contents",
      help: "Information in the certificate is inaccurate or has changed materially.",
    },
    NON_COMPLIANCE: {
      name: "Not issued as required",
      help: "It was not issued in accordance with the Baseline Requirements or our own practice statement.",
    },
    CA_CEASES: {
      name: "The CA ceases",
      help: "The CA's right to issue certificates ends, or it ends its operations.",
    },
  },
  revoke: "Revoke",
  field: {
    reason: "Reason",
    ground: "Ground",
    explanation: "Explanation",
    at: "Revoked at",
    executeAt: "To be revoked at",
    dueAt: "Deadline",
    timeLeft: "Time left",
    orderedBy: "Ordered by",
    orderedAt: "Ordered at",
    origin: "Origin",
    state: "State",
  },
  banner: {
    planned: (p) => `This certificate will be revoked at ${p.at} (${p.left})`,
    plannedHelp: (p) =>
      `Ground: ${p.ground}. Please obtain a new certificate and install it on your servers before then.`,
    done: (p) => `This certificate was revoked at ${p.at} (reason: ${p.reason})`,
    doneHelp: "Browsers do not trust it. If it is still on a server, replace it with a new one.",
  },
  desk: revocationDesk,
  operator: revocationOperator,
  orderState: { PLANNED: "Planned", DONE: "Revoked", CANCELLED: "Called off" },
  origin: {
    operator: "Operator",
    desk: "Desk",
    "problem-report": "Problem report",
    replacement: "Reissue",
    "mass-revocation": "Mass revocation",
    "shared-key": "Compromise of the same key",
  },
  mail: {
    colon: ": ",
    line: {
      ground: (value: string) => `Ground:           ${value}`,
      explanation: (value: string) => `Explanation:      ${value}`,
      executeAt: (value: string) => `To be revoked at: ${value}`,
      callOff: (value: string) => `To call it off:   ${value}`,
      cancelReason: (value: string) => `Called off for:   ${value}`,
    },
    planned: {
      subject: (commonName: string, when: string) => `[To be revoked] ${commonName} (${when})`,
      opening:
        "The rules for certification authorities require us to revoke the following certificate. Revocation is final.",
      declared:
        "The following certificate will be revoked, because its private key was declared compromised in a request for a reissue. Operators, please ask the applicant about it. Only if that was a mistake, an operator can call the revocation off on the page below until then. Once done, it is final.",
      next: (asks: "newKey" | "newCertificate") =>
        `Until then, please obtain a new certificate${asks === "newKey" ? " with a new key" : ""} and install it on your servers. Once that is done, an operator can revoke this one earlier on the following page.`,
    },
    cancelled: {
      subject: (commonName: string) => `[Revocation called off] ${commonName}`,
      opening:
        "The revocation of the following certificate, which we announced earlier, has been called off. You can go on using the certificate.",
      next: "There is nothing for you to do. The certificate is shown on the following page.",
    },
  },
};
