// What of the DOM is not recorded in clear: passwords also where a script shows them as text, fields of payment, hidden
// fields, and elements under the selectors of the session, with the attributes in which values show.

import { isSecretName, maskUrl } from '../../src/protocol/secrets.ts';
import { options } from './options.ts';

const PAYMENT = /\b(current|new)-password\b|\bone-time-code\b|\bcc-(name|number|csc|exp)/i;
/** Attributes that people fill with what stands in the element. */
const VALUE_ATTRIBUTES =
  /^(alt|aria-label|aria-description|aria-valuetext|content|data-.*|placeholder|title|value)$/;
/** What proves that a bot check was passed; the others have fields, whose names tell. */
const CHALLENGE_ANSWER = 'data-hcaptcha-response';
const ADDRESS_ATTRIBUTES = /^(action|formaction|href)$/;
const selector = options.maskSelectors.join();

/** Fields that were passwords once. */
const passwords = new WeakSet<Element>();

/** Whether `element` is a field for a password, or was one. `was` says that it is known. */
export function isPassword(element: Element, was = false): boolean {
  if (was || (element as HTMLInputElement).type === 'password') passwords.add(element);
  return passwords.has(element);
}

/** The value of a field as it is recorded. */
export function maskValue(text: string, element: HTMLElement): string {
  return isSecretField(element) ? '•'.repeat(Math.min(text.length, 100)) : text;
}

/** An attribute as it is recorded. */
export function maskAttribute<Value>(element: Element, name: string, value: Value): Value | string {
  if (typeof value !== 'string' || value === '') return value;
  if (ADDRESS_ATTRIBUTES.test(name)) return element.tagName === 'LINK' ? value : maskUrl(value);
  if (!VALUE_ATTRIBUTES.test(name)) return value;
  if (name === CHALLENGE_ANSWER) return '•••';
  if (name === 'value' && isField(element) && isSecretField(element)) return maskValue(value, element);
  if (name === 'content' && isSecretName(element.getAttribute('name') ?? '')) return '•••';
  return selector !== '' && element.closest(selector) ? '•••' : value;
}

function isField(element: Element): element is HTMLElement {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

function isSecretField(element: HTMLElement): boolean {
  if (isPassword(element) || element.getAttribute('type')?.toLowerCase() === 'hidden') return true;
  const names = [element.getAttribute('name'), element.id, element.getAttribute('autocomplete')];
  if (PAYMENT.test(names[2] ?? '') || names.some((name) => name && isSecretName(name))) return true;
  return selector !== '' && element.closest(selector) !== null;
}
