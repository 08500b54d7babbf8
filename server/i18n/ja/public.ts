/** Words of the public site. */
export const publicSite = {
  title: "サーバー証明書の申請・承認・発行",
  lead: (p: { issuer: string }) =>
    `${p.issuer}のTLSサーバー証明書を、貴社の担当者が申請し、貴社のオペレーターが承認・発行するためのサービスです。`,
  enterTitle: "サイトを選んでください",
  applicant: {
    title: "申請サイト",
    text: "証明書を申請し、発行された証明書をダウンロードします。ログインIDとパスワードでサインインしてください。",
    action: "申請サイトへ進む",
  },
  operator: {
    title: "オペレーターサイト",
    text: "申請を承認し、証明書を発行します。オペレーター証明書をブラウザーに登録してからお進みください。",
    action: "オペレーターサイトへ進む",
  },
  reportText:
    "秘密鍵の漏えい、なりすましサイトでの利用、記載内容の誤りなど、当社が発行した証明書の問題は、どなたでも、いつでも報告できます。24時間以内に調査します。",
  reportAction: "報告の手続きへ進む",
  flowTitle: "証明書が届くまで",
  flow: [
    {
      title: "申請",
      text: "担当者がCSRを貼り付け、名前と有効期間を指定します。内容はその場で確認されます。",
    },
    { title: "承認", text: "申請した人とは別のオペレーターが、差異と確認結果を見て承認します。" },
    { title: "発行", text: "審査済みの組織情報だけを載せた証明書を、承認後すぐに発行します。" },
    { title: "設定", text: "お使いのサーバーに合わせたファイルと手順をダウンロードし、設定します。" },
  ],
  authoritiesTitle: "認証局証明書とCRL",
  authoritiesLead: "証明書の検証に使用する認証局証明書と失効リスト（CRL）です。",
  authorityName: {
    "customer-root": "ルート認証局",
    "customer-ov": "企業認証（OV）発行認証局",
    "customer-ev": "EV発行認証局",
  },
  authority: "認証局",
  certificate: "証明書（DER）",
  crl: "CRL（DER）",
};
