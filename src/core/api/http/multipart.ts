/** An encoded form. */
export interface FormBody {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface FormFile {
  readonly name: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Encodes a form with text fields and a file as `multipart/form-data` (RFC 7578). */
export async function multipartBody(fields: Readonly<Record<string, string>>, file: FormFile): Promise<FormBody> {
  const form = new FormData();
  for (const [name, text] of Object.entries(fields)) {
    form.append(name, text);
  }
  // Servers refuse control characters in a file name, and `FormData` keeps some of them.
  const fileName = file.fileName.replace(/\p{Cc}/gu, '_');
  form.append(file.name, new Blob([file.bytes], { type: file.contentType }), fileName);
  const encoded = new Response(form);
  const contentType = encoded.headers.get('content-type') ?? '';
  return { contentType, bytes: new Uint8Array(await encoded.arrayBuffer()) };
}
