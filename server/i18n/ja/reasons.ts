/** Why a name or a key is refused (pki's NameFault and KeyWeakness), as a part of a sentence. */
export const nameFaults: Readonly<Record<string, string>> = {
  empty: "名前が空です",
  "not-a-name": "ドメイン名でもIPアドレスでもありません",
  "too-long": "253文字を超えています",
  "label-empty": "ドットが連続しています",
  "label-too-long": "ドットで区切られた部分が63文字を超えています",
  "trailing-dot": "末尾にドットがあります",
  "bad-character": "使用できない文字が含まれています",
  underscore: "アンダースコアは使用できません",
  "hyphen-at-edge": "ハイフンで始まるか終わる部分があります",
  "reserved-hyphens": "3文字目と4文字目がハイフンの部分があります",
  "bad-idn": "日本語ドメイン名として正しくありません",
  "wildcard-position": "ワイルドカードは左端に「*.」の形で1つだけ指定できます",
  "wildcard-public-suffix": "ワイルドカードの範囲が広すぎます",
  "public-suffix": "co.jpのような共用の接尾辞だけでは申請できません",
  "internal-name": "インターネットで登録できない名前です",
  "bad-address": "IPアドレスとして正しくありません",
  "reserved-address": "プライベートアドレスや予約されたアドレスは申請できません",
};

export const keyWeaknesses: Readonly<Record<string, string>> = {
  "modulus-too-short": "RSA鍵が2048ビット未満です",
  "modulus-too-long": "RSA鍵が8192ビットを超えています",
  "modulus-not-whole-bytes": "RSA鍵の長さが8の倍数ではありません",
  "modulus-even": "RSA鍵の法が偶数です",
  exponent: "公開指数が許容範囲外です",
  "small-factor": "小さな素因数を持つ鍵です",
  listed: "既知の脆弱な鍵の一覧（Debianの脆弱な鍵など）に載っている鍵です",
  "close-primes": "素因数が近すぎて分解できる鍵です",
  roca: "ROCA（CVE-2017-15361）の影響を受ける鍵です",
  "point-not-on-curve": "公開鍵が曲線上の点ではありません",
};
