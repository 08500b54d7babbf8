/** The demonstration's mailbox. The mails of a feature stand in its own area. */
export const mailbox = {
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
};
