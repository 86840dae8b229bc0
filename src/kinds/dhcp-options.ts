import type { Kind } from '../model.ts'
import { nameColumn, nameTag, textColumn } from './column.ts'

export const dhcpOptions: Kind = {
  name: 'dhcp-options',
  title: 'DHCP options',
  area: 'network',
  operation: 'DescribeDhcpOptions',
  input: {},
  list: 'DhcpOptions',
  nested: null,
  id: 'DhcpOptionsId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('DhcpOptionsId', { label: 'DHCP OPTIONS' }),
    nameColumn('DomainName', { from: valuesOf('domain-name'), label: 'DOMAIN', least: 15 }),
    textColumn('NameServers', { from: valuesOf('domain-name-servers'), label: 'NAME SERVERS' }),
    textColumn('NtpServers', { from: valuesOf('ntp-servers'), label: 'NTP SERVERS' }),
    textColumn('NetbiosServers', { from: valuesOf('netbios-name-servers'), label: 'NETBIOS SERVERS' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: ['Name', 'DhcpOptionsId', 'DomainName', 'NameServers', 'NtpServers', 'AccountName', 'Region'],
  spare: ['NtpServers', 'Profile', 'Region'],
  state: null,
}

/** The values of one option, with a space between them; nothing if the set does not have it. */
function valuesOf(key: string): string {
  return `DhcpConfigurations[?Key=='${key}'] | [0] | Values && join(' ', Values[].Value)`
}
