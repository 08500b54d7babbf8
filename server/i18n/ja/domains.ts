export const domains = {
  state: {
    REGISTERED: "登録済み",
    DCV_PENDING: "使用権の確認待ち",
    VALIDATED: "確認済み",
    EXPIRING: "まもなく期限切れ",
    EXPIRED: "期限切れ",
    DENIED: "否認",
    REMOVED: "削除済み",
  },
  scope: { FQDN: "このFQDNのみ", SUBDOMAIN: "このFQDNとサブドメイン", BASE_DOMAIN: "ベースドメイン全体" },
  field: {
    name: "ドメイン名",
    state: "状態",
    method: "確認方法",
    scope: "承認範囲",
    until: "確認の有効期限",
  },
};
