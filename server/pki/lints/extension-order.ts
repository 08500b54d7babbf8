import { EXTENSION_TABLE } from "../extension-table.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

const PLACES = new Map(EXTENSION_TABLE.map(({ oid }, place) => [oid, place]));

/** The extensions stand in the order of the table, so that two certificates differ in what they say alone. */
export const extensionOrder: Lint = {
  id: "extension-order",
  source: "our profile (RFC 5280 4.2 leaves the order open)",
  since: day("2008-05-01"),
  profiles: EVERYTHING,
  check({ extensions }) {
    let last = -1;
    for (const { oid } of extensions) {
      const place = PLACES.get(oid) ?? last;
      if (place < last) return `${oid} is out of order`;
      last = place;
    }
    return null;
  },
};
