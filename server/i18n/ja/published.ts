/** How soon everybody can see a revocation: one sentence, for every page that promises it. */
export const published: string = "失効の情報は、OCSPには60秒以内、CRLには15分以内に反映されます。";
