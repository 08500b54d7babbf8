export const publicSite = {
  title: "サーバー証明書の申請・承認・発行",
  enter: { applicant: "申請サイトへ", operator: "オペレーターサイトへ" },
  nav: { home: "トップ", guide: "ご利用の流れ", contact: "お問い合わせ" },
};
