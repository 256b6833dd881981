import { ApplicationFailure } from '@temporalio/workflow';

/** What a validator throws: a sentence for whoever sent the message, to whom the place in our code says nothing. */
export function refusal(sentence: string): Error {
  return Object.assign(ApplicationFailure.nonRetryable(sentence, 'MESSAGE_REFUSED'), { stack: '' });
}
