import type { operators as source } from "../ja/operators.ts";

export const operators: typeof source = {
  certificateRequired: {
    title: "A client certificate is needed",
    lead: {
      operator:
        "You enter the operator site with the operator certificate that the certification authority issued to you.",
      desk: "You enter the desk with the staff certificate that the certification authority issued to you.",
    },
    refusal: {
      absent: "No certificate was presented.",
      resumed:
        "An earlier connection was to be resumed, so no certificate could be checked. Restart the browser.",
      untrusted: "The certificate presented is not one that opens this site.",
      "out-of-date": "The certificate presented is outside its validity period.",
      unsuitable: "The certificate presented is not of the kind that opens this site.",
      "not-admitted": "The certificate presented was revoked, or its use is suspended.",
    },
    stepsTitle: "How to enter",
    steps: {
      operator: [
        "Import the certificate file you received (.p12) into your computer or browser, with the password you were told separately.",
        "Close every window and start the browser again.",
        "Open this address again and choose your own operator certificate when the browser asks.",
      ],
      desk: [
        "Import the certificate file you received (.p12) into your computer or browser, with the password you were told separately.",
        "Close every window and start the browser again.",
        "Open this address again and choose your own staff certificate when the browser asks.",
      ],
    },
    wrongChoice: "If the browser does not ask, or you chose another certificate, restart it to choose again.",
    contact: {
      operator:
        "If your certificate cannot be used because it expired, was revoked or your computer was replaced, contact the certification authority.",
      desk: "If your certificate cannot be used because it expired, was revoked or your computer was replaced, contact an administrator of the desk.",
    },
  },
  certificateReadyMail: {
    subject: "[Inkan] Your operator certificate is ready",
    text: (p) =>
      `${p.organization}
${p.name}

Thank you for using Inkan.
Your operator certificate is ready.

  Common name:   ${p.commonName}
  Serial number: ${p.serial}
  Valid until:   ${p.notAfter}

The certification authority hands you the certificate file. Its password
reaches you in another way. Neither of them is in this mail.

What to do
1. Import the certificate file (.p12) into your computer or browser, with
   the password.
2. Start the browser again and open this address:
   ${p.siteUrl}
3. Choose your own certificate (${p.commonName}) when the browser asks.

By taking the certificate you accept what the terms of service say about
operators. Do not give the file or the password to anybody else.

If you do not know what this mail is about, please contact the
certification authority.
`,
  },
};
