import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const launchTemplates: Kind = {
  name: 'launch-templates',
  title: 'Launch templates',
  area: 'compute',
  operation: 'DescribeLaunchTemplates',
  input: {},
  list: 'LaunchTemplates',
  nested: null,
  id: 'LaunchTemplateId',
  pageSize: { min: 1, max: 200 },
  edition: 1,
  columns: [
    // The template's own name: EC2 asks for one, and people rarely tag templates.
    nameColumn('LaunchTemplateName', { label: 'NAME', least: 15 }),
    textColumn('LaunchTemplateId', { label: 'TEMPLATE' }),
    nameColumn('NameTag', { from: nameTag.expression, label: 'NAME TAG', least: 15 }),
    numberColumn('DefaultVersionNumber', { label: 'DEFAULT' }),
    numberColumn('LatestVersionNumber', { label: 'LATEST' }),
    textColumn('CreatedBy', { label: 'CREATED BY' }),
    timeColumn('CreateTime', { label: 'AGE' }),
    textColumn('ManagedBy', { from: 'Operator.Principal', label: 'MANAGED BY' }),
  ],
  table: [
    'LaunchTemplateName',
    'LaunchTemplateId',
    'DefaultVersionNumber',
    'LatestVersionNumber',
    'AccountName',
    'Region',
    'CreateTime',
  ],
  spare: ['Profile', 'Region'],
  state: null,
}
