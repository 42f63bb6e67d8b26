import { useState } from 'react';
import { type Call, curlOf } from '../api/curl.js';
import { useSession } from '../api/session.js';
import { Icon } from './icons.js';
import { toastStore } from './toast-store.js';

/** Also where the page is not served from localhost or over TLS, and browsers hide their clipboard. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    // The old way is deprecated, and the only one there is on plain http.
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

interface CopyCurlProps {
  /** Undefined while what is typed cannot be sent. */
  call: Call | undefined;
  label?: string;
  /** For assistive technology, where several on a page have the same label. */
  name?: string;
  testId?: string;
}

export function CopyCurl({ call, label = 'Copy as curl', name, testId = 'copy-curl' }: CopyCurlProps) {
  const { auth } = useSession();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!call) return;
    const command = curlOf(call, document.baseURI.replace(/#.*$/, ''), auth);
    if (!(await copyText(command))) return toastStore.show('plain', 'Copy this command:', command);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button
      type="button"
      className="button quiet"
      onClick={() => void copy()}
      disabled={!call}
      aria-label={copied ? undefined : name}
      data-testid={testId}
    >
      <Icon name={copied ? 'check' : 'copy'} /> {copied ? 'Copied' : label}
    </button>
  );
}
