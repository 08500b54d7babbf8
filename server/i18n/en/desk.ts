import type { desk as source } from "../ja/desk.ts";

export const desk: typeof source = {
  nav: {
    home: "Home",
    organizations: "Organisations",
    users: "Users",
    operators: "Operators",
    audit: "Audit log",
  },
  organizationState: { UNVETTED: "Not vetted", VETTED: "Vetted", REMOVED: "Removed" },
  subscriberState: { ACTIVE: "Active", SUSPENDED: "Suspended", TERMINATED: "Terminated" },
};
