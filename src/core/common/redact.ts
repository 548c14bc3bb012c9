const mask = '[redacted]';

/** Shorter values are not masked: they are not API keys, and masking would hide ordinary words. */
const minSecretLength = 6;

/**
 * Patterns of secrets.
 * The format of API keys ("sk-" and URL-safe base64 parts) is not documented (inferred from keys in public code). It is
 * good enough for masking, but must not be used to refuse a key. The query parameters are those of signed URLs of S3,
 * CloudFront, GCS and Azure (documented by them).
 */
const secretPatterns: readonly [pattern: RegExp, replacement: string][] = [
  [/\bsk-[\w-]{8,}(?:\.[\w-]+)*/g, mask],
  [/((?:x-api-key|authorization)["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;}]+/gi, `$1${mask}`],
  [
    /([?&](?:x-amz-[\w-]+|x-goog-[\w-]+|awsaccesskeyid|signature|sig|expires|policy|key-pair-id|token|access_token|api[-_]?key|key)=)[^&\s"'<>]+/gi,
    `$1${mask}`,
  ],
  // Without the scheme: matching it takes quadratic time in a long word. Up to the last `@`: a password may contain one.
  [/:\/\/[^\s/]+@/g, `://${mask}@`],
];

/**
 * Masks secrets in the log and in all error texts: the registered values in every form in which they may appear, and
 * everything that looks like a credential.
 */
export class Redactor {
  /** The longest first. */
  private forms: readonly string[] = [];

  /** Masks `secret` from now on. Never undone: an old text may contain an old key. */
  register(secret: string): void {
    if (secret.length < minSecretLength) {
      return;
    }
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...base64Forms(secret)];
    this.forms = [...new Set([...this.forms, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** @returns the text with all secrets masked. */
  readonly redact = (text: string): string => {
    let result = text;
    for (const form of this.forms) {
      result = result.replaceAll(form, mask);
    }
    for (const [pattern, replacement] of secretPatterns) {
      result = result.replace(pattern, replacement);
    }
    return result;
  };
}

function base64Forms(secret: string): string[] {
  const binary = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte)).join('');
  const base64 = btoa(binary);
  return [base64, base64.replace(/=+$/, ''), base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')];
}
