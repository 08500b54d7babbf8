import { z } from "zod";

/**
 * The durable settings: what the installation decides once and keeps, unlike the environment of one process
 * (server/config.ts). Every key has a schema, checked when it is written and when it is read.
 */
export const SETTINGS = {
  /** The issuing company's name in the subjects of its CAs; fixed at first start, because certificates carry it. */
  issuerName: z.string().min(1).max(64),
  /** Whether the first administrator's certificate has reached somebody, or a start died on the way there. */
  firstAdministrator: z.enum(["begun", "handed-over"]),
  /** The version of the terms of use in force. */
  termsVersion: z.string().min(1).max(64),
  /** Where the desk hears of problem reports and their deadlines. */
  reportAddress: z.email().max(254),
  /** Hours between a proven compromise and the revocation, for the subscriber to change the key; BR allows 24 in all. */
  compromiseNoticeHours: z.number().int().min(0).max(20),
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type Setting<K extends SettingKey> = z.infer<(typeof SETTINGS)[K]>;
