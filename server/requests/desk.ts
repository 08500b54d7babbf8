import { z } from "zod";
import { page } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { Problem } from "../kernel/problem.ts";
import { certificateExportRoute, certificateListRoute } from "./certificate-lists.ts";
import type { CertificatePageDeps, CertificateRevocation } from "./certificate-standing.ts";
import { type AnyCertificate, showAnyCertificate } from "./pages/show-any-certificate.ts";

const showView = view<{
  certificate: AnyCertificate;
  revocation: CertificateRevocation | null;
  /** Where a revocation begins; null where there is nothing to revoke. */
  revoke: string | null;
}>("desk/certificates/show");
const route = routesOf<CertificatePageDeps>();

/** Every certificate that was ever signed, of all subscribers and of the issuing company itself. */
export const certificateDeskRoutes = [
  certificateListRoute("staff"),
  certificateExportRoute("staff"),
  route({
    method: "GET",
    path: "/certificates/:id",
    permission: "staff",
    params: z.object({ id: z.uuid() }),
    handle: async ({ deps, params }) => {
      const certificate = await showAnyCertificate(deps.db.read, params.id, deps.clock.now());
      if (certificate === null) throw new Problem("not-found");
      const revocation = await deps.revocationOf(params.id);
      const isAlive = certificate.state === "ACTIVE" || certificate.state === "REPLACED";
      const revocable = isAlive && certificate.subscriber !== null;
      const revoke = revocable ? `/certificates/${params.id}/revocation` : null;
      return page(showView, { certificate, revocation, revoke });
    },
  }),
];
