import type { Kind } from '../model.ts'
import { nameTag, textColumn } from './column.ts'

export const internetGateways: Kind = {
  name: 'internet-gateways',
  title: 'Internet gateways',
  area: 'network',
  operation: 'DescribeInternetGateways',
  input: {},
  list: 'InternetGateways',
  nested: null,
  id: 'InternetGatewayId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('InternetGatewayId', { label: 'INTERNET GATEWAY' }),
    textColumn('State', { from: "Attachments[0].State || 'detached'" }),
    textColumn('VpcId', { from: 'Attachments[0].VpcId', label: 'VPC' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: ['Name', 'InternetGatewayId', 'State', 'VpcId', 'AccountName', 'Region'],
  spare: ['VpcId', 'Profile', 'Region'],
  // EC2 API reference, InternetGatewayAttachment; the EC2 User Guide and the AWS CLI's examples show `available`.
  state: {
    column: 'State',
    meanings: {
      available: 'active',
      attached: 'active',
      attaching: 'changing',
      detaching: 'changing',
      detached: 'unused',
    },
  },
}
