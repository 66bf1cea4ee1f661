// Bot checks in a page: when one appears, waits for a person, was passed or is no longer so. They are seen as the page
// changes, by observers; nothing is asked for again and again, and nothing about them is changed.

import type { ChallengeNote, ChallengeState } from '../../src/protocol/challenges.ts';
import { CHALLENGE_KINDS, type ChallengeFrame, type ChallengeKind, siteKeyOf } from './challenge-kinds.ts';
import { afterSet } from './look-native.ts';
import { pristine } from './pristine.ts';
import { onShadowRoot } from './shadow-roots.ts';
import { undisturbed } from './undisturbed.ts';

type Note = (note: ChallengeNote) => void;

/** What belongs to a check, so that it can be told from everything else in one look. */
const PARTS = CHALLENGE_KINDS.flatMap(({ holder, answer }) => [holder, answer])
  .filter((selector) => selector !== undefined)
  .concat('iframe')
  .join();
/** How many elements around a frame or field are still those of its check. */
const CLIMB = 2;
/** Around a frame: whose style decides whether it is to be seen. */
const SHOWING_ANCESTORS = 6;
const MAX_CHALLENGES = 32;
/** Below this a frame is there for the machine alone, such as one of a single pixel. */
const MIN_SIDE_PX = 20;
const ANSWER_ATTRIBUTE = 'data-hcaptcha-response';

interface Challenge {
  id: string;
  kind: ChallengeKind;
  root: Element;
  holder: Element | undefined;
  frames: Map<HTMLIFrameElement, ChallengeFrame>;
  answers: Set<Element>;
  siteKey: string | undefined;
  state: ChallengeState | undefined;
}

/** Tells of every check in this document. */
export function watchChallenges(tell: Note): void {
  // The frame of a check is part of it, and holds none.
  if (CHALLENGE_KINDS.some(({ frame }) => frame(new URL(location.href)))) return;
  const watch = new ChallengeWatch(tell);
  watch.observe(document);
  onShadowRoot((root) => watch.observe(root));
}

class ChallengeWatch {
  readonly #tell: Note;
  readonly #challenges = new Set<Challenge>();
  readonly #changes = new pristine.MutationObserver((records) => {
    if (this.#challenges.size > 0 || mayBring(records)) attempt(() => this.#take(records));
  });
  readonly #styles = new pristine.MutationObserver(() => attempt(() => this.#update()));
  readonly #sizes = new ResizeObserver(() => attempt(() => this.#update()));
  #watchesValues = false;

  constructor(tell: Note) {
    this.#tell = tell;
  }

  observe(root: Document | ShadowRoot): void {
    attempt(() => {
      this.#changes.observe(root, {
        childList: true,
        subtree: true,
        attributes: true,
        attributeFilter: ['src', 'value', ANSWER_ATTRIBUTE],
      });
      this.#look(root);
    });
  }

  #take(records: MutationRecord[]): void {
    const added = new Set<Node>();
    let isShrunk = false;
    let isAnswered = false;
    for (const { type, attributeName, target, addedNodes, removedNodes } of records) {
      if (type === 'attributes') {
        if (attributeName !== 'src') isAnswered = true;
        else if (target instanceof HTMLIFrameElement) added.add(target);
      }
      for (let index = 0; index < addedNodes.length; index += 1) added.add(addedNodes[index] as Node);
      isShrunk ||= removedNodes.length > 0;
    }
    for (const node of added) {
      // What came with its parent is found with it.
      if (node instanceof Element && !(node.parentNode && added.has(node.parentNode))) this.#look(node);
    }
    if (this.#challenges.size > 0 && (isShrunk || isAnswered)) this.#update();
  }

  #look(root: Document | ShadowRoot | Element): void {
    if (root instanceof Element && root.matches(PARTS)) this.#takePart(root);
    const parts = root.querySelectorAll(PARTS);
    for (let index = 0; index < parts.length; index += 1) this.#takePart(parts[index] as Element);
  }

  #takePart(part: Element): void {
    if (part instanceof HTMLIFrameElement) {
      const url = urlOf(part);
      if (!url) return;
      for (const kind of CHALLENGE_KINDS) {
        const role = kind.frame(url);
        if (role) this.#addFrame(kind, part, role, url);
      }
      return;
    }
    for (const kind of CHALLENGE_KINDS) {
      if (kind.holder !== undefined && part.matches(kind.holder)) this.#update(this.#challengeOf(kind, part));
      else if (kind.answer !== undefined && part.matches(kind.answer)) this.#addAnswer(kind, part);
    }
  }

  #addFrame(kind: ChallengeKind, frame: HTMLIFrameElement, role: ChallengeFrame, url: URL): void {
    const challenge = role === 'popup' ? this.#openedBy(kind, frame) : this.#challengeOf(kind, frame);
    if (!challenge || challenge.frames.has(frame)) return;
    challenge.frames.set(frame, role);
    challenge.siteKey ??= siteKeyOf(challenge.holder, url);
    this.#sizes.observe(frame);
    let around = parentOf(frame);
    for (let level = 0; around && level < SHOWING_ANCESTORS; level += 1) {
      this.#styles.observe(around, { attributes: true, attributeFilter: ['class', 'hidden', 'style'] });
      around = parentOf(around);
    }
    this.#styles.observe(frame, { attributes: true, attributeFilter: ['class', 'hidden', 'style'] });
    this.#update(challenge);
  }

  #addAnswer(kind: ChallengeKind, field: Element): void {
    // hCaptcha brings a field of reCAPTCHA's name too, for sites that came from there.
    for (const { kind: other, root } of this.#challenges) if (other !== kind && root.contains(field)) return;
    const challenge = this.#challengeOf(kind, field);
    if (!challenge) return;
    challenge.answers.add(field);
    if (!this.#watchesValues) {
      // A value that a script sets shows in no attribute, but for those of hidden inputs.
      this.#watchesValues = true;
      const look = (changed: Element) =>
        attempt(() => {
          for (const each of this.#challenges) if (each.answers.has(changed)) this.#update(each);
        });
      afterSet(HTMLTextAreaElement.prototype, 'value', look);
      afterSet(HTMLInputElement.prototype, 'value', look);
    }
    this.#update(challenge);
  }

  /** The check that `part` is of, a new one where it is of none yet. */
  #challengeOf(kind: ChallengeKind, part: Element): Challenge | undefined {
    const holder = holderOf(kind, part);
    let root = holder ?? parentOf(part) ?? part;
    for (const known of this.#challenges) {
      if (known.kind !== kind || !known.root.isConnected) continue;
      if (holder || known.holder) {
        if (holder === known.holder) return known;
        continue;
      }
      let around: Element | undefined = part;
      for (let level = 0; around && level <= CLIMB; level += 1) {
        if (around === known.root || around.contains(known.root)) return known;
        around = parentOf(around);
      }
    }
    if (root === document.body || root === document.documentElement) root = part;
    return this.#newChallenge(kind, root, holder);
  }

  /** A popup lies at the end of the page, away from the check that opened it: the one that was not passed yet. */
  #openedBy(kind: ChallengeKind, popup: Element): Challenge | undefined {
    for (const known of this.#challenges) {
      if (known.kind === kind && known.root.isConnected && known.state !== 'passed') return known;
    }
    return this.#newChallenge(kind, popup, undefined);
  }

  #newChallenge(kind: ChallengeKind, root: Element, holder: Element | undefined): Challenge | undefined {
    if (this.#challenges.size >= MAX_CHALLENGES) return undefined;
    const challenge: Challenge = {
      id: pristine.randomId(),
      kind,
      root,
      holder,
      frames: new Map(),
      answers: new Set(),
      siteKey: siteKeyOf(holder, undefined),
      state: undefined,
    };
    this.#challenges.add(challenge);
    if (kind.isShown) this.#sizes.observe(root);
    return challenge;
  }

  #update(only?: Challenge): void {
    for (const challenge of only ? [only] : this.#challenges) {
      // Nobody hears of a state without having heard of the check.
      if (challenge.state === undefined) this.#enter(challenge, 'appeared');
      const next = stateOf(challenge);
      if (next !== challenge.state) this.#enter(challenge, next);
      if (next === 'gone') this.#challenges.delete(challenge);
    }
  }

  #enter(challenge: Challenge, state: ChallengeState): void {
    challenge.state = state;
    const { id, kind, siteKey } = challenge;
    this.#tell({
      id,
      provider: kind.provider,
      state,
      ...(siteKey !== undefined && { siteKey: siteKey.slice(0, 256) }),
      url: `${location.origin}${location.pathname}`.slice(0, 2048),
    });
  }
}

/** Whether a check may have come with them. Most changes are of texts, and some pages make them with every frame. */
function mayBring(records: MutationRecord[]): boolean {
  for (let index = 0; index < records.length; index += 1) {
    const { attributeName, addedNodes } = records[index] as MutationRecord;
    if (attributeName === 'src') return true;
    for (let at = 0; at < addedNodes.length; at += 1) if (addedNodes[at] instanceof Element) return true;
  }
  return false;
}

function stateOf({ kind, root, frames, answers, state }: Challenge): ChallengeState {
  const shown = [...frames].filter(([frame, role]) => role !== 'silent' && isSeen(frame));
  const isThere = root.isConnected || [...frames.keys(), ...answers].some((part) => part.isConnected);
  if (!isThere) return 'gone';
  if ([...answers, ...frames.keys()].some((part) => part.isConnected && isFilled(part))) return 'passed';
  if (state === 'passed') return 'expired';
  const isOpen = shown.some(([, role]) => role === 'popup');
  if (state === 'expired' && !isOpen) return 'expired';
  return shown.length > 0 || (kind.isShown && isSeen(root)) ? 'waiting' : 'appeared';
}

/** Whether there is an answer; which one is nobody's business. */
function isFilled(part: Element): boolean {
  if (part instanceof HTMLIFrameElement) return (part.getAttribute(ANSWER_ATTRIBUTE) ?? '') !== '';
  return (part as HTMLInputElement | HTMLTextAreaElement).value !== ''; // by the selectors
}

/** Whether a person could see it by scrolling: checks hide their popups far above the page. */
function isSeen(element: Element): boolean {
  if (!element.isConnected || !element.checkVisibility({ visibilityProperty: true })) return false;
  const { bottom, right, width, height } = element.getBoundingClientRect();
  return (
    width >= MIN_SIDE_PX &&
    height >= MIN_SIDE_PX &&
    bottom + globalThis.scrollY > 0 &&
    right + globalThis.scrollX > 0
  );
}

function holderOf({ holder }: ChallengeKind, part: Element): Element | undefined {
  if (holder === undefined) return undefined;
  for (let around: Element | undefined = part; around; around = hostOf(around)) {
    const found = around.closest(holder);
    if (found) return found;
  }
  return undefined;
}

/** The element around, out of a shadow root if need be. */
function parentOf(element: Element): Element | undefined {
  return element.parentElement ?? hostOf(element);
}

function hostOf(element: Element): Element | undefined {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : undefined;
}

function urlOf({ src }: HTMLIFrameElement): URL | undefined {
  try {
    return src.startsWith('http') ? new URL(src) : undefined;
  } catch {
    return undefined;
  }
}

/** Unseen by the page, which goes on whatever becomes of us. */
function attempt(task: () => void): void {
  try {
    undisturbed(task);
  } catch {
    // a page that broke what we need is told of its checks by nobody
  }
}
