/** Reissue, replacement and mass revocation: what sites and start may use. */
export { replaceIssued } from "./replace-issued.ts";
