/** How soon everybody can see a revocation: one sentence, for every page that promises it. */
export const published = "OCSP shows the revocation within 60 seconds, the CRL within 15 minutes.";
