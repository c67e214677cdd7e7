// Copies what stands in a field.

export async function copyFrom(field: HTMLInputElement | null): Promise<void> {
  field?.select();
  try {
    await navigator.clipboard.writeText(field?.value ?? "");
  } catch {
    document.execCommand("copy"); // the clipboard's API needs a secure origin
  }
}
