import { z } from "zod";
import { file, page } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { Problem } from "../kernel/problem.ts";
import { SERVER_KINDS, type ServerKind } from "../pki/index.ts";
import { certificateExportRoute, certificateListRoute } from "./certificate-lists.ts";
import type { CertificatePageDeps, CertificateRevocation } from "./certificate-standing.ts";
import {
  DOWNLOAD_FORMATS,
  downloadOf,
  type InstallationStep,
  installationSteps,
  verifyCommand,
} from "./downloads.ts";
import { type CertificateDetail, certificateFiles, showCertificate } from "./pages/show-certificate.ts";
import { recordDownload } from "./record-download.ts";

const route = routesOf<CertificatePageDeps>();

const showView = view<{
  certificate: CertificateDetail;
  servers: readonly ServerKind[];
  /** Where a renewal begins; null on the site that asks for nothing. */
  renewal: string | null;
  revocation: CertificateRevocation | null;
  /** Where a revocation begins; null on the site that revokes nothing, and where there is nothing to revoke. */
  revoke: string | null;
}>("shared/certificates/show");
const installationView = view<{
  certificate: CertificateDetail;
  server: ServerKind;
  steps: readonly InstallationStep[];
  verifyCommand: string;
}>("shared/certificates/installation");

const byId = z.object({ id: z.uuid() });

/**
 * The list of certificates, one certificate, its downloads and how to install it: the same pages on both sites.
 *
 * @param permission whose site mounts them
 */
export const certificateRoutes = (permission: "applicant" | "operator") => [
  certificateListRoute(permission),
  certificateExportRoute(permission),

  route({
    method: "GET",
    path: "/certificates/:id",
    permission,
    params: byId,
    handle: async ({ deps, actor, params }) => {
      const certificate = await showCertificate(deps.db.read, actor.tenant, params.id, deps.clock.now());
      if (certificate === null) throw new Problem("not-found");
      const renewal = permission === "applicant" ? `/requests/new?renew=${params.id}` : null;
      const revocation = await deps.revocationOf(params.id);
      const isAlive = certificate.state === "ACTIVE" || certificate.state === "REPLACED";
      const revoke = permission === "operator" && isAlive ? `/certificates/${params.id}/revocation` : null;
      return page(showView, { certificate, servers: SERVER_KINDS, renewal, revocation, revoke });
    },
  }),

  route({
    method: "GET",
    path: "/certificates/:id/installation/:server",
    permission,
    params: byId.extend({ server: z.enum(SERVER_KINDS) }),
    handle: async ({ deps, actor, params, language }) => {
      const certificate = await showCertificate(deps.db.read, actor.tenant, params.id, deps.clock.now());
      if (certificate === null) throw new Problem("not-found");
      const files = await certificateFiles(deps.db.read, actor.tenant, params.id);
      const commonName = files?.commonName ?? "";
      const steps = installationSteps(params.server, commonName, language);
      return page(installationView, {
        certificate,
        server: params.server,
        steps,
        verifyCommand: verifyCommand(commonName),
      });
    },
  }),

  // A POST, since the first download is recorded and no GET changes state; the file itself is the answer.
  route({
    method: "POST",
    path: "/certificates/:id/downloads/:format",
    permission,
    params: byId.extend({ format: z.enum(DOWNLOAD_FORMATS) }),
    handle: async ({ deps, actor, params, language }) => {
      const files = await certificateFiles(deps.db.read, actor.tenant, params.id);
      if (files === null) throw new Problem("not-found");
      await recordDownload(deps, actor, { certificateId: params.id, format: params.format });
      return file(downloadOf(params.format, files, language));
    },
  }),
];
