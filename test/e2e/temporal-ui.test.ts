import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { pipelineHandle } from '../../client/index.js';
import { openBrowser, skipWithoutBrowser } from '../support/browser.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { testServers } from '../support/servers.js';

/*
 * Temporal's own UI is not ours: elements are found by what people read, and each step waits for what it needs.
 */
const options = { skip: skipWithoutBrowser, timeout: 180_000 };
const workflowId = `by-the-button-${randomUUID()}`;
let fixture: PluginWorker;
let browser: Browser;
let page: Page;
let pages: string;

before(async () => {
  if (skipWithoutBrowser !== false) return;
  fixture = await pluginWorker(['counting/pipelines.js'], {
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
  });
  pages = `${(await testServers()).temporalUiUrl}/namespaces/default/workflows`;
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.setDefaultTimeout(60_000);
});

after(async () => {
  if (skipWithoutBrowser !== false) return;
  await browser.close();
  await fixture.close();
});

/** Each form has one field for JSON, which is an editor: it formats what was typed when it is left. */
async function fillJson(form: Locator, value: unknown): Promise<void> {
  await form.locator('.cm-content[contenteditable=true]').fill(JSON.stringify(value));
  await form.locator('#workflowType, #update-id').focus();
}

async function start(id: string, input?: unknown): Promise<void> {
  await page.goto(`${pages}/start-workflow`);
  await page.locator('#workflowId').fill(id);
  await page.locator('#taskQueue').fill(fixture.taskQueue);
  await page.locator('#workflowType').fill('approving');
  if (input !== undefined) await fillJson(page.locator('main'), input);
  const answered = page.waitForResponse((response) => {
    const asked = response.request();
    return asked.method() === 'POST' && asked.url().includes(id);
  });
  await page.getByTestId('start-workflow-button').click();
  assert.equal((await answered).status(), 200);
}

async function answer(value: unknown): Promise<void> {
  const form = page.locator('dialog[open]');
  await fillJson(form, value);
  await form.getByRole('button', { name: 'Submit' }).click();
}

test(
  "a run is started by the button of Temporal's UI, without any input, with defaults filled in",
  options,
  async () => {
    await start(workflowId);
    const handle = pipelineHandle(fixture.temporal.client, workflowId, undefined);
    while ((await handle.status()).approvals === undefined) await sleep(100);
  },
);

test(
  "an approval is asked for and answered in Temporal's UI; an answer that does not fit is told why",
  options,
  async () => {
    const { runId } = await fixture.temporal.client.workflow.getHandle(workflowId).describe();
    // The page with the timeline never stands still while a run goes on.
    await page.goto(`${pages}/${workflowId}/${runId}/user-metadata`);
    await page.getByRole('button', { name: 'More Actions' }).click();
    await page.getByRole('menu').getByText('Send an Update').click();
    await page.getByRole('button', { name: 'Select an Update' }).click();
    await page.getByRole('option', { name: 'approve' }).first().click();
    await answer({ approved: true });
    await page.getByText('`by` says who decides').locator('visible=true').first().waitFor();
    await answer({ by: 'ann', why: 'looks right' });
    const result = await pipelineHandle(fixture.temporal.client, workflowId, undefined).result();
    assert.equal(result.outcome, 'COMPLETED');
  },
);

test("bad input at the button ends the run with all problems at once, for Temporal's UI to show", options, async () => {
  const id = `by-the-button-${randomUUID()}`;
  await start(id, { timeout: 'soon', nonsense: 1 });
  await fixture.temporal.client.workflow
    .getHandle(id)
    .result()
    .catch(() => undefined);
  await page.goto(`${pages}/${id}`);
  const shown = page.getByText('timeout must be an integer, not').locator('visible=true').first();
  await shown.waitFor();
  assert.match((await shown.textContent()) ?? '', /nonsense is not known/);
});
