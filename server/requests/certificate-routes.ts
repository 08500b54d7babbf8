import { z } from "zod";
import { file, page } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { catalogue } from "../i18n/index.ts";
import { Problem } from "../kernel/problem.ts";
import { SERVER_KINDS, type ServerKind } from "../pki/index.ts";
import {
  DOWNLOAD_FORMATS,
  downloadOf,
  type InstallationStep,
  installationSteps,
  verifyCommand,
} from "./downloads.ts";
import { addressOf, type Chip, type Pager, pagerOf, placeIn, placeQuery } from "./list-query.ts";
import { CERTIFICATE_FILTERS, type CertificateList, listCertificates } from "./pages/list-certificates.ts";
import { type CertificateDetail, certificateFiles, showCertificate } from "./pages/show-certificate.ts";
import { recordDownload } from "./record-download.ts";
import type { RequestDeps } from "./submit-request.ts";

const route = routesOf<RequestDeps>();

const listView = view<{ list: CertificateList; chips: readonly Chip[]; pager: Pager }>(
  "shared/certificates/list",
);
const showView = view<{
  certificate: CertificateDetail;
  servers: readonly ServerKind[];
  /** Where a renewal begins; null on the site that asks for nothing. */
  renewal: string | null;
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
  route({
    method: "GET",
    path: "/certificates",
    permission,
    query: z.object({
      ...placeQuery,
      q: z.string().max(300).optional().catch(undefined),
      state: z.enum(CERTIFICATE_FILTERS).optional().catch(undefined),
      /** A day of the expiry calendar. */
      endsOn: z.iso.date().optional().catch(undefined),
    }),
    handle: async ({ deps, actor, query, language }) => {
      const endsOn = query.endsOn ?? null;
      const filters = {
        state: query.state ?? null,
        search: (query.q ?? "").trim(),
        endsOn: endsOn === null ? null : Temporal.PlainDate.from(endsOn),
      };
      const now = deps.clock.now();
      const list = await listCertificates(deps.db.read, actor.tenant, filters, placeIn(query), now);
      const t = catalogue(language);
      const q = filters.search;
      const chips = [
        {
          text: t.common.filters.all,
          href: addressOf("/certificates", { q, endsOn }),
          count: list.all,
          current: filters.state === null,
        },
        ...CERTIFICATE_FILTERS.map((state) => ({
          text: t.certificates.filter[state],
          href: addressOf("/certificates", { q, state, endsOn }),
          count: list.counts[state],
          current: filters.state === state,
        })),
      ];
      const pager = { ...pagerOf("/certificates", { q, state: filters.state, endsOn }, list), csv: null };
      return page(listView, { list, chips, pager });
    },
  }),

  route({
    method: "GET",
    path: "/certificates/:id",
    permission,
    params: byId,
    handle: async ({ deps, actor, params }) => {
      const certificate = await showCertificate(deps.db.read, actor.tenant, params.id, deps.clock.now());
      if (certificate === null) throw new Problem("not-found");
      const renewal = permission === "applicant" ? `/requests/new?renew=${params.id}` : null;
      return page(showView, { certificate, servers: SERVER_KINDS, renewal });
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
