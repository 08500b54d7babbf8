export const operator = {
  nav: {
    home: "トップ",
    queue: "承認待ち",
    requests: "申請一覧",
    certificates: "証明書",
    account: "アカウント",
  },
  state: {
    REQUESTED: "登録依頼中",
    CA_REVIEW: "認証局で確認中",
    CERTIFICATE_READY: "証明書の受取待ち",
    ACTIVE: "有効",
    RENEWAL_DUE: "更新時期",
    SUSPENDED: "停止中",
    REMOVED: "削除済み",
  },
};
