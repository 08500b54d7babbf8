export const desk = {
  nav: {
    home: "トップ",
    organizations: "組織",
    users: "利用者",
    operators: "オペレーター",
    audit: "監査記録",
  },
  organizationState: { UNVETTED: "未審査", VETTED: "審査済み", REMOVED: "削除済み" },
  subscriberState: { ACTIVE: "有効", SUSPENDED: "停止中", TERMINATED: "終了" },
};
