// The preferences of a Firefox that serves a session: quiet, held to its egress, and as its client wishes it to be.
// Firefox itself sets its own recommended ones for automation (remote/shared/RecommendedPreferences.sys.mjs).

import type { HostOrders } from '../support/host-files.ts';

export type FirefoxPreferences = Record<string, Value>;
type Value = boolean | number | string;

const QUIET: FirefoxPreferences = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.backup.enabled': false,
  'browser.crashReports.unsubmittedCheck.enabled': false,
  'browser.discovery.enabled': false,
  'browser.newtabpage.activity-stream.feeds.system.topstories': false,
  'browser.newtabpage.enabled': false,
  'browser.region.network.url': '',
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage': 'about:blank',
  'browser.startup.page': 0,
  'captivedetect.canonicalURL': '',
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'remote.log.level': 'Error',
  'security.certerrors.mitm.priming.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.startup.max_resumed_crashes': -1,
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': '',
};

export function firefoxPreferences(
  { userAgent, locale }: Pick<HostOrders, 'userAgent' | 'locale'>,
  egressPort: number | undefined,
): FirefoxPreferences {
  return {
    ...QUIET,
    ...(egressPort !== undefined && throughEgress(egressPort)),
    ...(userAgent !== undefined && { 'general.useragent.override': userAgent }),
    ...(locale !== undefined && {
      'intl.accept_languages': languagesOf(locale),
      // What `Intl` takes for its default: that of the environment, which would otherwise be the language of the build.
      'intl.regional_prefs.use_os_locales': true,
    }),
  };
}

/** The text of a `user.js`. */
export function userScript(preferences: FirefoxPreferences): string {
  return Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('');
}

/** Everything goes through the proxy on `port`: loopback as well, and nothing around it when it refuses. */
function throughEgress(port: number): FirefoxPreferences {
  return {
    'media.peerconnection.ice.proxy_only': true,
    'network.dns.disablePrefetch': true,
    'network.proxy.allow_hijacking_localhost': true,
    'network.proxy.failover_direct': false,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': port,
    'network.proxy.no_proxies_on': '',
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': port,
    'network.proxy.type': 1,
    'network.trr.mode': 5,
  };
}

/** `de-CH` as a list that begins with it, as a person's Firefox has it. */
function languagesOf(locale: string): string {
  const [language = locale] = locale.split(/[-_]/);
  return [...new Set([locale.replaceAll('_', '-'), language, 'en'])].join(', ');
}
