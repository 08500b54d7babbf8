import type { Distrust } from "../domains/index.ts";
import { type Ground, learntAt, type RevocationOrder } from "./revocation.ts";
import type { RevocableCertificate } from "./store.ts";

const DISTRUSTING: readonly Ground[] = ["VALIDATION_UNRELIABLE", "NO_RIGHT_TO_NAME"];

/** Where the ground is that control of the names was not shown, or is lost, nothing new may be issued on it either. */
export function distrustOf(
  { ground, dueAt }: Pick<RevocationOrder, "ground" | "dueAt">,
  { subscriberId, request }: Pick<RevocableCertificate, "subscriberId" | "request">,
): Distrust[] {
  if (!DISTRUSTING.includes(ground) || subscriberId === null || request === null) return [];
  return [{ subscriberId, names: request.names, knownAt: learntAt(ground, dueAt) }];
}
