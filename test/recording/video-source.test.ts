// Readers of a video that goes on, beside each other.

import { expect, it } from 'vitest';
import { VideoNews } from '../../src/recording/video-source.ts';

it('tells everybody who waits, also when one of them goes', async () => {
  const news = new VideoNews();
  const [one, other] = [new AbortController(), new AbortController()];
  const told: string[] = [];
  const first = news.next('rec_1', one.signal).then(() => told.push('first'));
  const second = news.next('rec_1', other.signal).then(() => told.push('second'));
  one.abort();
  await first;
  expect(told).toEqual(['first']);
  news.tell('rec_2');
  news.tell('rec_1');
  await second;
  expect(told).toEqual(['first', 'second']);
  await news.next('rec_1', one.signal); // who has gone waits for nothing
});
