import path from "node:path";
import { type Config, readConfig } from "../config.ts";

/** Where a demonstration keeps everything: a folder of its own, so that deleting it is starting over. */
export interface DemoPlaces {
  readonly folder: string;
  /** .p12 and .pem files of operators and staff. */
  readonly credentials: string;
  readonly accessFile: string;
  readonly mailViewerPort: number;
}

export function demoPlaces(folder: string, environment: Record<string, string | undefined>): DemoPlaces {
  return {
    folder,
    credentials: path.join(folder, "credentials"),
    accessFile: path.join(folder, "access.json"),
    mailViewerPort: Number(environment["INKAN_MAILBOX_PORT"] ?? 8449),
  };
}

/** The server's configuration for a demonstration: everything below `folder`, mail and DNS on loopback. */
export function demoConfig(
  places: DemoPlaces,
  services: { readonly smtpUrl: string; readonly dnsResolver: string },
  environment: Record<string, string | undefined>,
): Config {
  return readConfig(
    {
      INKAN_ISSUER_NAME: "みほん認証局",
      INKAN_ADMIN_NAME: "管理 太郎",
      INKAN_ADMIN_EMAIL: "admin@ca.example.jp",
      INKAN_MAIL_FROM: "みほん認証局 <no-reply@ca.example.jp>",
      INKAN_LOG_LEVEL: "warn",
      ...environment,
      INKAN_DATA_DIR: path.join(places.folder, "data"),
      INKAN_CERTS_DIR: path.join(places.folder, "certs"),
      INKAN_PASSPHRASE_FILE: path.join(places.folder, "secrets", "passphrase"),
      INKAN_SMTP_URL: services.smtpUrl,
      INKAN_DNS_RESOLVER: services.dnsResolver,
    },
    places.folder,
  );
}
