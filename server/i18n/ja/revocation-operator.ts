/** Revoking on the operator site: 入力 → 確認 → 完了, for one certificate or many. */
export const revocationOperator = {
  title: "証明書の失効",
  lead: "失効する証明書と、失効の理由を確認してください。失効は取り消せません。",
  titleMany: "証明書の一括失効",
  leadMany: "失効する証明書と、失効の理由を指定してください。理由は、すべての証明書に共通です。",
  link: "複数の証明書を失効する",
  certificate: "失効する証明書",
  chosen: (p: { count: number }) => `選択した証明書（${p.count}件）`,
  serials: "シリアル番号",
  serialsHelp: (p: { limit: number }) =>
    `失効する証明書のシリアル番号を、改行またはカンマで区切って入力してください（最大${p.limit.toLocaleString("ja-JP")}件）。コロンの有無と、大文字・小文字は問いません。`,
  serialsExample: "例：407F2B0C9A…、40:7F:2B:0C:9A:…",
  serialInvalid: (p: { serial: string }) =>
    `「${p.serial}」はシリアル番号ではありません。0～9とA～Fの組み合わせで入力してください。`,
  tooMany: (p: { limit: number }) =>
    `一度に失効できるのは${p.limit.toLocaleString("ja-JP")}件までです。分けて手続きしてください。`,
  none: "失効する証明書のシリアル番号を入力してください。",
  reason: "失効の理由",
  reasonHelp: "選んだ理由は、認証局が公開する失効情報（CRLとOCSP）に記載されます。",
  explanation: "説明",
  explanationHelp:
    "失効の通知メールと、申請の経過、監査記録に残ります。公開はされません。300文字以内で入力してください。",
  explanationExample: "例：新しいサーバーへの移行が完了したため",
  check: {
    title: "失効の確認",
    lead: (p: { count: number }) =>
      `次の${p.count === 1 ? "" : `${p.count}件の`}証明書を失効します。内容を確認してください。`,
    ready: "失効する証明書",
    refused: "失効できない証明書",
    refusedHelp: "次の証明書は、この手続きでは失効しません。",
    why: "理由",
    notFound: "この番号の証明書は見つかりません。番号を確認してください。",
    noneReady: "失効できる証明書がありません。",
    replacement: "差し替え先",
    replacementNone: "なし",
    replacementUntil: (p: { day: string }) => `${p.day}まで有効`,
    withoutReplacement: (p: { count: number }) =>
      `差し替え先の証明書が${p.count === 1 ? "ありません" : `ないものが${p.count}件あります`}。まだサーバーで使っている場合は、先に新しい証明書を申請してください。`,
    sameKey: "同じ鍵を使う証明書",
    sameKeyHelp:
      "鍵が危殆化した場合は、同じ鍵を使う証明書もすべて失効しなければなりません。次の証明書も、あわせて失効します。",
    planned: (p: { at: string }) => `失効の予定：${p.at}`,
    consequences: "失効すると",
    consequence: {
      final: "ただちに失効します。失効を取り消すことはできません。",
      sites: "この証明書を使っているサイトには、ブラウザーの警告が表示され、接続できなくなります。",
      published: "失効の情報は、OCSPには60秒以内、CRLには15分以内に反映されます。",
      refund: "料金は返金されません。コミットメントの枚数も戻りません。",
      key: "この鍵は、どの加入者の証明書にも、今後一切使えなくなります。",
      mail: "結果を、発行通知E-mailとお知らせメールの送信元に通知します。",
      record: "あなたの名前と日時が、監査記録に残ります。",
    },
    confirm: (p: { count: number }) =>
      p.count === 1
        ? "この証明書を失効することを確認しました"
        : `${p.count}件の証明書を失効することを確認しました`,
    confirmMissing: "失効する場合は、確認のチェックを付けてください。",
    submit: (p: { count: number }) => (p.count === 1 ? "失効する" : `${p.count}件を失効する`),
    change: "入力に戻る",
  },
  receipt: {
    title: "証明書を失効しました",
    lead: "次の証明書の失効が完了しました。",
    next: "この後の流れ",
    published: "失効の情報は、OCSPには60秒以内、CRLには15分以内に反映されます。",
    replace: "サーバーに設置している場合は、新しい証明書に入れ替えるか、設定から取り除いてください。",
    mail: (p: { email: string }) => `失効の通知を、${p.email} とお知らせメールの送信元に送信します。`,
    show: "証明書の画面を開く",
    list: "証明書の一覧へ",
  },
  job: {
    title: "一括失効の結果",
    running: "証明書を失効しています。この画面を閉じても、処理は続きます。",
    live: "進み具合は自動で更新されます。更新されないときは、再読み込みしてください。",
    failed: "処理が途中で止まりました。まだ失効していない証明書は、もう一度手続きしてください。",
    done: (p: { revoked: number }) => `${p.revoked}件の証明書を失効しました。`,
    refused: (p: { count: number }) => `${p.count}件は失効していません。理由を確認してください。`,
    caption: "証明書ごとの結果",
    outcome: "結果",
    revoked: "失効しました",
    notRevoked: "失効していません",
    unknown: "不明な証明書",
    startedAt: "開始日時",
    finishedAt: "終了日時",
  },
  select: "選択した証明書の失効へ進む",
  selectHelp: "チェックを付けると、まとめて失効できます。",
};
