import { chmod, readFile, writeFile } from "node:fs/promises";
import type { SiteUrls } from "../sites/open-sites.ts";
import type { CertificateAccess, LoginAccess } from "./build-cast.ts";

/** Everything a script needs to drive the demonstration. Secrets of this installation: mode 0600. */
export interface Access {
  readonly sites: SiteUrls & { readonly mailbox: string };
  /** PEM: the staff root, which the sites' own TLS and every client certificate chain to. */
  readonly staffRoot: string;
  /** PEM: root of the customers' hierarchy, which issued server certificates chain to. */
  readonly customerRoot: string;
  /** host:port of the demo's DNS server, and where its records can be set. */
  readonly dns: { readonly server: string; readonly page: string };
  readonly staff: Record<string, CertificateAccess>;
  readonly subscribers: Record<
    string,
    {
      readonly tenant: string;
      readonly organizationId: string;
      readonly logins: Record<string, LoginAccess>;
      readonly operators: Record<string, CertificateAccess>;
    }
  >;
}

export async function writeAccess(file: string, access: Access): Promise<void> {
  await writeFile(file, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}

/** The access file, or null where the demonstration was never finished. */
export async function readAccess(file: string): Promise<Access | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Access;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
