import type { account as source } from "../ja/account.ts";

export const account: typeof source = {
  signIn: "Sign in",
  signOut: "Sign out",
  loginId: "Login ID",
  password: "Password",
  currentPassword: "Current password",
  newPassword: "New password",
  newPasswordAgain: "New password, again",
  secondFactor: "Second factor",
  code: "Code",
  sessions: "Where you are signed in",
  state: { ACTIVE: "Active", DISABLED: "Disabled" },
  factor: { TOTP: "Authenticator app", PASSKEY: "Passkey" },
};
