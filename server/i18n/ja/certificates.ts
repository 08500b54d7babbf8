export const certificates = {
  state: { ACTIVE: "有効", REPLACED: "更新済み", REVOKED: "失効", EXPIRED: "期限切れ" },
  field: {
    serial: "シリアル番号",
    issuer: "発行者",
    subject: "サブジェクト",
    names: "コモンネームとSANs",
    notBefore: "有効期間の開始",
    notAfter: "有効期間の満了",
    key: "公開鍵",
    signature: "署名アルゴリズム",
    fingerprint: "フィンガープリント（SHA-256）",
    issuedAt: "発行日時",
  },
};
