import type { StoredCertificate } from "../authority/index.ts";
import { catalogue } from "../i18n/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { dayInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import type { Mail } from "../outbox/index.ts";

export interface OperatorMailDeps {
  /** The From of every mail. */
  readonly mailFrom: string;
  /** The operator site as people reach it; looked up late, because a port may be chosen at listen. */
  readonly operatorUrl: () => string;
}

/**
 * Mail 11 (domain.md 6): the operator's certificate is ready. It holds neither the file nor its password: the desk
 * hands over the one and tells the other, on two different ways.
 */
export function certificateReadyMail(
  deps: OperatorMailDeps,
  tenant: Tenant,
  operator: { readonly id: Id; readonly name: string; readonly commonName: string; readonly email: string },
  subscriber: { readonly name: string; readonly language: Language },
  certificate: Pick<StoredCertificate, "serial" | "notAfter">,
  at: Temporal.Instant,
): Mail {
  const words = catalogue(subscriber.language).operators.certificateReadyMail;
  return {
    at,
    kind: "operator-certificate-ready",
    tenant,
    about: { kind: "operator", id: operator.id },
    language: subscriber.language,
    from: deps.mailFrom,
    to: [operator.email],
    subject: words.subject,
    text: words.text({
      organization: subscriber.name,
      name: operator.name,
      commonName: operator.commonName,
      serial: certificate.serial,
      notAfter: dayInJapan(certificate.notAfter).toString(),
      siteUrl: deps.operatorUrl(),
    }),
  };
}
