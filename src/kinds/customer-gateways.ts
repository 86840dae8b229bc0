import type { Kind } from '../model.ts'
import { addressColumn, nameColumn, nameTag, numberColumn, textColumn } from './column.ts'

export const customerGateways: Kind = {
  name: 'customer-gateways',
  title: 'Customer gateways',
  area: 'network',
  operation: 'DescribeCustomerGateways',
  input: {},
  list: 'CustomerGateways',
  nested: null,
  id: 'CustomerGatewayId',
  pageSize: null,
  edition: 1,
  columns: [
    nameTag,
    textColumn('CustomerGatewayId', { label: 'CUSTOMER GATEWAY' }),
    textColumn('State'),
    addressColumn('IpAddress', { label: 'ADDRESS' }),
    // Numbers above 2,147,483,647 stand in a member of their own, and both as text.
    numberColumn('BgpAsn', { from: 'to_number(BgpAsnExtended || BgpAsn)', label: 'ASN' }),
    nameColumn('DeviceName', { label: 'DEVICE' }),
    textColumn('Type'),
    textColumn('CertificateArn', { label: 'CERTIFICATE' }),
  ],
  table: ['Name', 'CustomerGatewayId', 'State', 'IpAddress', 'BgpAsn', 'DeviceName', 'AccountName', 'Region'],
  spare: ['DeviceName', 'BgpAsn', 'Profile', 'Region'],
  // EC2 API reference, CustomerGateway.
  state: {
    column: 'State',
    meanings: { pending: 'changing', available: 'active', deleting: 'changing', deleted: 'ended' },
  },
}
