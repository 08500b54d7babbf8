import type { publicSite as source } from "../ja/public.ts";

export const publicSite: typeof source = {
  title: "Request, approve and issue server certificates",
  enter: { applicant: "Go to the applicant site", operator: "Go to the operator site" },
  nav: { home: "Home", guide: "How it works", contact: "Contact" },
};
