const mask = '[redacted]';

/** Shorter values are not masked: they would blank out ordinary words and are no API key. */
const shortestSecret = 6;

/**
 * Patterns that are secret whoever wrote them.
 * The shape of a key ("sk-" and URL-safe base64 parts) is not documented: it is what keys in public code look like,
 * good enough to mask by, never to refuse by. Signed query parameters are those of S3, CloudFront, GCS and Azure.
 */
const secretPatterns: readonly [pattern: RegExp, replacement: string][] = [
  [/\bsk-[\w-]{8,}(?:\.[\w-]+)*/g, mask],
  [/((?:x-api-key|authorization)["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;}]+/gi, `$1${mask}`],
  [
    /([?&](?:x-amz-[\w-]+|x-goog-[\w-]+|awsaccesskeyid|signature|sig|expires|policy|key-pair-id|token|access_token|api[-_]?key|key)=)[^&\s"'<>]+/gi,
    `$1${mask}`,
  ],
  // Without the scheme before it: looking for its beginning took a time that grew with the square of a long word.
  // Up to the last `@`, since a password may have one.
  [/:\/\/[^\s/]+@/g, `://${mask}@`],
];

/**
 * The one guard of the log and of every error text: masks the values that were registered, in each form in which they
 * could come back, and whatever looks like a credential.
 */
export class Redactor {
  private readonly forms = new Set<string>();
  private longestFirst: readonly string[] = [];

  /** Masks `secret` from now on, for as long as the extension runs: an old key in an old text is still a key. */
  register(secret: string): void {
    if (secret.length < shortestSecret) {
      return;
    }
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      ...base64Forms(secret),
    ]) {
      this.forms.add(form);
    }
    this.longestFirst = [...this.forms].sort((a, b) => b.length - a.length);
  }

  /** `text` with every registered value and everything that looks like a credential masked. */
  readonly redact = (text: string): string => {
    let result = text;
    for (const form of this.longestFirst) {
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
