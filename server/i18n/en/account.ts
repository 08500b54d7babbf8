import type { account as source } from "../ja/account.ts";

export const account: typeof source = {
  signIn: "Sign in",
  signOut: "Sign out",
  loginId: "Login ID",
  password: "Password",
  currentPassword: "Current password",
  newPassword: "New password",
  newPasswordAgain: "New password, again",
  code: "Code",
  sessions: "Where you are signed in",
  state: { ACTIVE: "Active", DISABLED: "Disabled" },
  factor: { TOTP: "Authenticator app", PASSKEY: "Passkey" },

  login: {
    seals: ["申", "見", "受"],
    title: "Sign in",
    lead: "Request TLS certificates, follow their progress, and download them.",
    forgotten: "Forgotten your password?",
    firstTime:
      "First time here? Sign in with the login ID and the temporary password from our mails. A temporary password works once, within 24 hours.",
    points: [
      { title: "Request", text: "Paste a CSR and see at once what it contains." },
      { title: "Follow", text: "Who does what, and when: the whole way to the certificate at a glance." },
      {
        title: "Receive",
        text: "The certificate in the form your server wants, with the steps to install it.",
      },
    ],
    pointsLabel: "What you can do here",
    operatorHint:
      "Approving and issuing is done on the operator site, by operators with a client certificate.",
  },

  passwordPage: {
    title: "Change password",
    forcedTitle: "Choose a new password",
    forced: "You signed in with a temporary password. Choose your own to go on.",
    rules:
      "12 to 128 characters. Signs and digits are not required: a few words that you can remember, joined into a long password, are better.",
    ruleCommon: "Commonly used or leaked passwords, and passwords with your login ID in them, are refused.",
    consequence: "Changing it ends your sessions on all other devices.",
    save: "Change password",
    saveForced: "Set password and continue",
  },

  reset: {
    title: "Forgotten your password?",
    lead: "Enter your login ID. We send a temporary password to the password notice address registered for it.",
    unchanged: "Your current password keeps working until you use the temporary one.",
    send: "Send a temporary password",
    sentTitle: "Request received",
    sent: "If this login ID is registered, a temporary password is on its way to its password notice address.",
    sentNext: [
      "The temporary password works once, within 24 hours.",
      "After signing in with it you choose a new password.",
      "Nothing there after a few minutes? Look into the spam folder, and check the login ID.",
    ],
    sentStuck: "If you can no longer read mail at that address, contact the certification authority.",
    back: "Back to sign-in",
  },

  sessionPage: {
    lead: "The devices that are signed in with your login ID now. If you do not know one of them, end it and change your password.",
    caption: "Devices that are signed in",
    device: "Device",
    address: "From",
    since: "Signed in",
    lastSeen: "Last active",
    current: "This device",
    end: "End",
    endNamed: (p) => `End ${p.device}, since ${p.since}`,
    deviceOf: (p) => `${p.browser} on ${p.system}`,
    unknownBrowser: "Unknown browser",
    unknownSystem: "unknown system",
    changePassword: "Change password",
    rule: "A session ends by itself after 30 minutes without activity, and 12 hours after signing in.",
  },

  challenge: {
    title: "Second factor",
    lead: "We confirm that it is you before anything that cannot be undone, such as approving. This lasts for five minutes.",
    codeHelp: "Enter the six digits that your authenticator app shows.",
    codeExample: "Example: 123456",
    confirm: "Confirm",
    usePasskey: "Confirm with a passkey",
    passkeyLead: "Uses the screen lock of your device (fingerprint, face, PIN) or a security key.",
    orCode: "Or confirm with the code of an authenticator app",
    manage: "Manage second factors",
    lost: "If you have lost your authenticator app or passkey, contact the certification authority.",
  },

  factors: {
    title: "Second factors",
    lead: "Used before approving and the like. Register two or more, in case one is lost.",
    none: "No second factor is registered yet",
    noneLead: "Approving and the like need a second factor. Register one of these first.",
    caption: "Registered second factors",
    kind: "Kind",
    name: "Name",
    added: "Added",
    lastUsed: "Last used",
    add: "Add a second factor",
    remove: "Remove",
    removeNamed: (p) => `Remove ${p.name}`,
    removeTitle: "Remove a second factor",
    removeLead: (p) => `Once removed, “${p.name}” can no longer be used to confirm.`,
    freshNeeded: "Adding and removing asks for a registered second factor first.",
    addTotp: "Add an authenticator app",
    addTotpHelp: "Six-digit codes shown by an app on your phone.",
    addPasskey: "Add a passkey",
    addPasskeyHelp: "The screen lock of your device, or a security key. Resists phishing.",
    nameHelp: "A name to tell it apart later.",
    nameExample: "Example: Work phone",
    nameDefault: { TOTP: "Authenticator app", PASSKEY: "Passkey" },
  },

  totpPage: {
    title: "Add an authenticator app",
    step1: "Scan the QR code with your authenticator app",
    step1Help:
      "Any app for TOTP (six-digit codes based on the time) will do, such as Google Authenticator or Microsoft Authenticator.",
    qrLabel: "QR code for the authenticator app",
    manual: "If you cannot scan it, enter this key in the app.",
    key: "Setup key",
    open: "Open in the authenticator app of this device",
    step2: "Enter the code it shows",
    register: "Register",
  },

  passkeyPage: {
    title: "Add a passkey",
    lead: "After “Register” the browser asks for your screen lock or security key.",
    register: "Register",
    needsScript:
      "Passkeys need JavaScript and a browser that supports them. Without them, add an authenticator app instead.",
    unsupported: "This browser does not support passkeys. Use an authenticator app instead.",
    failed: "The passkey was not confirmed. Try again.",
    expired: "This confirmation has expired. Try again.",
  },

  mail: {
    login: {
      subject: "[Inkan] Your access to the applicant site",
      text: (p) =>
        `${p.organization}\n${p.name}\n\nThank you for using Inkan.\nYou have been registered as a user of the applicant site.\n\n  Applicant site: ${p.url}\n  Login ID:       ${p.loginId}\n\nYour password comes in a separate mail. If you chose one in your application, use that one.\n\nIf you did not expect this mail, please contact the certification authority.\n`,
    },
    temporary: {
      subject: "[Inkan] Temporary password",
      text: (p) =>
        `${p.organization}\n${p.name}\n\nThank you for using Inkan.\nThis is your temporary password for the applicant site.\n\n  Temporary password: ${p.password}\n  Valid until:        ${p.until} (Japan time)\n  Applicant site:     ${p.url}\n\nIt works once; after signing in you choose a new password.\nUntil you use it, your present password keeps working.\n\nIf you did not ask for it, do not use it. If such mails keep coming, please contact the certification authority.\n`,
      removed: "(removed after sending)",
    },
  },
};
