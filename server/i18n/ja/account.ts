export const account = {
  signIn: "サインイン",
  signOut: "サインアウト",
  loginId: "ログインID",
  password: "パスワード",
  currentPassword: "現在のパスワード",
  newPassword: "新しいパスワード",
  newPasswordAgain: "新しいパスワード（確認）",
  secondFactor: "二要素認証",
  code: "認証コード",
  sessions: "サインイン中の端末",
  state: { ACTIVE: "有効", DISABLED: "無効" },
  factor: { TOTP: "認証アプリ", PASSKEY: "パスキー" },
};
