export const applicant = {
  nav: {
    home: "トップ",
    requests: "申請",
    certificates: "証明書",
    domains: "ドメイン",
    account: "アカウント",
  },
  newRequest: "証明書を申請する",
};
