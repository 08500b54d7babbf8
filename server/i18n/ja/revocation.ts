import { revocationDesk } from "./revocation-desk.ts";
import { revocationOperator } from "./revocation-operator.ts";

/** Words about revocation, shared by the sites. */
export const revocation = {
  /** CRLReason, as people read it; the code stands in the CRL. */
  reason: {
    unspecified: {
      name: "理由を示さない",
      help: "理由を公開しません。どれにも当てはまらない場合や、公開したくない場合に選びます。",
    },
    keyCompromise: {
      name: "鍵の危殆化",
      help: "秘密鍵が漏えいした、またはそのおそれがある場合に選びます。この鍵は、どの加入者の証明書にも、今後一切使えなくなります。",
    },
    affiliationChanged: {
      name: "組織情報の変更",
      help: "証明書に記載された組織名や所属が変わり、現在の内容と合わなくなった場合に選びます。",
    },
    superseded: {
      name: "新しい証明書への差し替え",
      help: "新しい証明書に入れ替え、この証明書を使わなくなった場合に選びます。",
    },
    cessationOfOperation: {
      name: "運用の終了",
      help: "サイトやサーバーの運用をやめた、またはドメイン名を手放した場合に選びます。",
    },
    privilegeWithdrawn: {
      name: "利用資格の取り消し",
      help: "認証局が判断する理由です。不正な利用、契約違反、記載内容の誤りなどに使います。",
    },
  },
  ground: {
    SUBSCRIBER_REQUEST: { name: "加入者からの請求", help: "加入者が書面または画面で失効を求めた場合です。" },
    UNAUTHORISED_REQUEST: {
      name: "承認されていない申請",
      help: "元の申請は承認したものではないと、加入者から連絡があった場合です。",
    },
    KEY_COMPROMISE: { name: "鍵の危殆化", help: "秘密鍵が漏えいした証拠がある場合です。" },
    KEY_COMPUTABLE: {
      name: "秘密鍵を計算できる方法の存在",
      help: "公開鍵から秘密鍵を容易に計算できる方法が知られている場合です（Debianの脆弱な鍵など）。",
    },
    VALIDATION_UNRELIABLE: {
      name: "使用権確認の信頼性の喪失",
      help: "ドメイン名またはIPアドレスの使用権確認を、信頼できない証拠がある場合です。",
    },
    WEAK_PARAMETERS: { name: "鍵の強度不足", help: "鍵の長さまたはパラメーターが基準を満たさない場合です。" },
    MISUSE: { name: "不正な利用", help: "証明書が不正に利用された証拠がある場合です。" },
    AGREEMENT_BREACH: {
      name: "契約違反",
      help: "加入者が加入契約または利用約款の重要な義務に違反した場合です。",
    },
    NO_RIGHT_TO_NAME: {
      name: "名前の使用権の喪失",
      help: "ドメイン名またはIPアドレスを使う権利が法的に失われた場合です。",
    },
    WRONG_DATA: {
      name: "記載内容の誤り",
      help: "証明書の記載内容が誤っている、または大きく変わった場合です。",
    },
    NON_COMPLIANCE: {
      name: "発行基準への不適合",
      help: "Baseline Requirementsまたは当社の規程に沿わずに発行された場合です。",
    },
    CA_CEASES: {
      name: "認証局の業務終了",
      help: "認証局が証明書を発行する権利を失う、または業務を終える場合です。",
    },
  },
  revoke: "失効する",
  field: {
    reason: "失効の理由",
    ground: "失効の事由",
    explanation: "説明",
    at: "失効日時",
    executeAt: "失効の予定日時",
    dueAt: "失効の期限",
    timeLeft: "期限までの時間",
    orderedBy: "指示した人",
    orderedAt: "指示した日時",
    origin: "きっかけ",
    state: "状態",
  },
  banner: {
    planned: (p: { at: string; left: string }) => `この証明書は、${p.at}に失効する予定です（${p.left}）`,
    plannedHelp: (p: { ground: string }) =>
      `失効の事由：${p.ground}。それまでに新しい証明書の発行を受け、サーバーに設置してください。`,
    done: (p: { at: string; reason: string }) => `この証明書は、${p.at}に失効しました（理由：${p.reason}）`,
    doneHelp:
      "ブラウザーは、この証明書を信頼しません。サーバーに残っている場合は、新しい証明書に入れ替えてください。",
  },
  desk: revocationDesk,
  operator: revocationOperator,
  orderState: { PLANNED: "予定", DONE: "失効済み", CANCELLED: "取りやめ" },
  origin: {
    operator: "オペレーター",
    desk: "審査デスク",
    "problem-report": "問題報告",
    replacement: "証明書の再発行",
    "mass-revocation": "一括失効",
    "shared-key": "同じ鍵の危殆化",
  },
  mail: {
    colon: "：",
    line: {
      ground: (value: string) => `失効の事由　　：${value}`,
      explanation: (value: string) => `説明　　　　　：${value}`,
      executeAt: (value: string) => `失効の予定日時：${value}`,
      callOff: (value: string) => `取りやめる場合：${value}`,
      cancelReason: (value: string) => `取りやめの理由：${value}`,
    },
    planned: {
      subject: (commonName: string, when: string) => `【失効の予告】${commonName}（${when}）`,
      opening: "認証局の基準により、次の証明書を失効する予定です。失効は取り消せません。",
      declared:
        "再発行の申請で秘密鍵の漏えいが申告されたため、次の証明書を失効する予定です。オペレーターの皆さまは、申告の内容を申請者に確認してください。申告が誤りだった場合に限り、予定の日時までに、オペレーターが次のページから取りやめることができます。失効した後は、元に戻せません。",
      next: (asks: "newKey" | "newCertificate") =>
        `失効の予定日時までに、${asks === "newKey" ? "新しい鍵で" : ""}新しい証明書の発行を受け、サーバーに設置してください。入れ替えが済んだら、オペレーターが次のページから早めに失効できます。`,
    },
    cancelled: {
      subject: (commonName: string) => `【失効の取りやめ】${commonName}`,
      opening: "先にお知らせした、次の証明書の失効を取りやめました。証明書は、引き続き利用できます。",
      next: "お手続きは必要ありません。証明書の内容は、次のページで確認できます。",
    },
  },
};
