import type { ProfileName } from "../profiles.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

const EV_ONLY = ["businessCategory", "jurisdictionC", "serialNumber"];
const OV = ["C", "ST", "L", "postalCode", "street", "O", "CN"];
const INTERNAL = ["C", "O", "UID", "CN"];

/** Every attribute a profile may carry, in its order; what is not in the list is not allowed. */
const ORDER: Readonly<Record<ProfileName, readonly string[]>> = {
  ROOT_CA: ["C", "O", "CN"],
  ISSUING_CA_OV: ["C", "O", "CN"],
  ISSUING_CA_EV: ["C", "O", "CN"],
  SERVER_OV: OV,
  SERVER_EV: [...EV_ONLY, ...OV],
  STAFF_ROOT: INTERNAL,
  OPERATOR_CLIENT: INTERNAL,
  STAFF_CLIENT: INTERNAL,
  SITE_SERVER: INTERNAL,
  OCSP_RESPONDER: ["C", "O", "CN"],
};

/** Only the attributes of the profile, each once, in the order of BR 7.1.4.2. */
export const subjectOrder: Lint = {
  id: "subject-order",
  source: "BR 7.1.4.2",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ subject }, { profile }) {
    const order = ORDER[profile.name];
    let last = -1;
    for (const { type } of subject) {
      const place = order.indexOf(type);
      if (place < 0) return `${type} is not in the profile`;
      if (place === last) return `${type} appears twice`;
      if (place < last) return `${type} is out of order`;
      last = place;
    }
    return null;
  },
};
