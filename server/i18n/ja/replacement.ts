/** Words about reissue, replacement and mass revocation. */
export const replacement = {
  /** Why a replaced certificate is revoked; the subscriber reads it. */
  explanation: (p: { receiptNumber: string }) =>
    `新しい証明書（受付番号${p.receiptNumber}）への差し替えのためです。`,
  /** Why a certificate is revoked whose key its owner called compromised. */
  compromised: (p: { receiptNumber: string }) =>
    `再発行の申請（受付番号${p.receiptNumber}）で、秘密鍵が漏えいした、またはそのおそれがあると申告されたためです。`,
  reissue: {
    action: "再発行する",
    title: (p: { commonName: string }) => `${p.commonName} の証明書の再発行`,
    lead: "申請法人、名前、有効期間の満了日時はそのままで、新しい鍵の証明書を発行します。料金はかかりません。",
    before: "再発行する証明書",
    newKey: "新しい鍵のCSR",
    newKeyHelp:
      "サーバーで新しい鍵を作成し、その鍵で作成したCSRを貼り付けてください。現在の証明書と同じ鍵は使用できません。秘密鍵は絶対に貼り付けないでください。",
    why: "再発行の理由",
    compromised:
      "秘密鍵の漏えいを選んだ場合、この鍵は今後一切使用できなくなります。現在の証明書は、再発行の承認を待たずに、申請から24時間以内に失効します。オペレーターにはただちに通知します。それまでに取りやめることができるのは、オペレーターだけです。",
    after: "現在の証明書の失効",
    graceHelp:
      "新しい証明書に入れ替えるための期間を選んでください。期間が過ぎると、現在の証明書は自動で失効します。期間中でも、オペレーターはいつでも失効できます。",
    graceCompromised:
      "理由が秘密鍵の漏えいの場合は、選んだ期間にかかわらず、申請から24時間以内に失効します。",
    graceOption: (p: { days: number }) => (p.days === 0 ? "発行後すぐ" : `発行から${p.days}日後`),
    notes: "連絡先と設置先",
    noteHelp: "オペレーターが承認するときの参考になります。",
    toCheck: "確認画面へ進む",
    tooLong:
      "残りの有効期間が、現在の規則で発行できる長さを超えているため、この証明書は再発行できません。更新として申請してください。",
    renewInstead: "更新を申請する",
    check: {
      title: "再発行の内容の確認",
      lead: "まだ送信されていません。内容を確認し、「この内容で再発行を申請する」を押してください。",
      submit: "この内容で再発行を申請する",
      same: "変わらない内容",
      changes: "変わる内容",
      key: "新しい鍵",
      until: "有効期間の満了（変わりません）",
      compromisedTitle: "申請すると、元の証明書の失効が予定されます",
      compromised: (p: { until: string }) =>
        `秘密鍵の漏えいとして申請します。現在の証明書は、遅くとも${p.until}に失効します。`,
    },
  },
  renewal: {
    title: "元の証明書",
    help: "元の証明書は、有効期間の満了まで使用できます。入れ替えた後に失効する場合は、時期を選んでください。",
  },
  relation: {
    title: "差し替えの関係",
    replaces: "元の証明書",
    replacedBy: "差し替え先",
    open: (p: { receiptNumber: string }) => `申請中（${p.receiptNumber}）`,
    until: (p: { until: string }) => `満了：${p.until}`,
  },
  request: {
    title: "再発行",
    renewalTitle: "更新",
    reason: "理由",
    old: "元の証明書",
    oldAfter: "元の証明書の失効",
    keyOnly: "鍵だけを新しくし、名前と有効期間の満了日時は元の証明書と同じです。",
    compromised: "秘密鍵の漏えいとして申請されています。元の証明書は、申請から24時間以内に失効します。",
    byCase: "認証局が一括失効に伴って発行する証明書です。",
  },
};
