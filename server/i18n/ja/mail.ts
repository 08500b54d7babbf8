interface Addressee {
  readonly organization: string;
  readonly name: string;
}

/** Times are given as they are to be read, in Japan time. */
interface ValidationMail extends Addressee {
  readonly domain: string;
  readonly method: string;
  readonly pageUrl: string;
}

interface Letter {
  readonly subject: string;
  readonly text: string;
}

const letter = (to: Addressee, subject: string, ...paragraphs: readonly string[]): Letter => ({
  subject: `【Inkan】${subject}`,
  text: [
    `${to.organization}\n${to.name} 様`,
    "いつもInkanをご利用いただき、ありがとうございます。",
    ...paragraphs,
    "このメールに心当たりがない場合は、お手数ですが、このメールに返信してお知らせください。",
    "",
  ].join("\n\n"),
});

/** Mails about 使用権確認 (numbers 5 and 6), and the demo's mailbox. The mails of a feature stand in its own area. */
export const mail = {
  /** Number 5: what to publish, where, until when, and how to tell us. */
  validationValue: (p: ValidationMail & { place: string; value: string; until: string }): Letter =>
    letter(
      p,
      `ドメイン名使用権確認のお願い（${p.domain}）`,
      `${p.domain} の使用権を確認します。次の値を設定してください。`,
      [
        `  ドメイン名：${p.domain}`,
        `  確認方法　：${p.method}`,
        `  設定場所　：${p.place}`,
        `  設定する値：${p.value}`,
        `  有効期限　：${p.until}（日本時間）`,
      ].join("\n"),
      `設定が終わりましたら、次のページで「確認する」を押してください。確認が済んだ後は、設定した値を削除してもかまいません。\n${p.pageUrl}`,
    ),
  /** Number 6. */
  validationConfirmed: (p: ValidationMail & { scope: string; until: string }): Letter =>
    letter(
      p,
      `ドメイン名使用権の確認完了（${p.domain}）`,
      `${p.domain} の使用権を確認しました。次の範囲の証明書を申請できます。`,
      [
        `  ドメイン名：${p.domain}`,
        `  確認方法　：${p.method}`,
        `  承認範囲　：${p.scope}`,
        `  有効期限　：${p.until}（日本時間）`,
      ].join("\n"),
      `有効期限が近づきましたら、あらためてご案内します。\n${p.pageUrl}`,
    ),
  /** Number 6. */
  validationFailed: (p: ValidationMail & { reason: string }): Letter =>
    letter(
      p,
      `ドメイン名使用権を確認できませんでした（${p.domain}）`,
      `${p.domain} の使用権を確認できませんでした。`,
      [`  ドメイン名：${p.domain}`, `  確認方法　：${p.method}`, `  理由　　　：${p.reason}`].join("\n"),
      `設定を見直し、次のページからもう一度お試しください。DNSの変更が反映されるまでに時間がかかることがあります。\n${p.pageUrl}`,
    ),
  viewer: {
    title: "デモ用メールボックス",
    note: "ここに届いたメールは外部へ送信されません。",
    empty: "メールはまだ届いていません。",
    received: "受信日時",
    to: "宛先",
    cc: "CC",
    replyTo: "返信先",
    from: "差出人",
    recipients: "配送先",
    subject: "件名",
    back: "一覧へ戻る",
    gone: "このメールはありません",
    reload: "再読み込みする",
  },
};
