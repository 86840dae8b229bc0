import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { hash, hexId, pick } from '../random.ts'
import { cellTags, roles, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'

export const launchTemplates: SimulatedKind<DemoLaunchTemplate> = {
  operation: 'DescribeLaunchTemplates',
  list: 'launchTemplates',
  idParameter: 'LaunchTemplateId',
  pages: { min: 1, accepts: 200, gives: 200 },
  countItems: launchTemplateCount,
  itemAt: makeLaunchTemplate,
  idOf: ({ launchTemplateId }) => launchTemplateId,
  xmlOf: ({ launchTemplateId, name, createTime, createdBy, defaultVersion, latestVersion, tags }) =>
    itemXml({
      launchTemplateId,
      launchTemplateName: name,
      createTime: xmlTime(createTime),
      createdBy,
      defaultVersionNumber: defaultVersion,
      latestVersionNumber: latestVersion,
      tagSet: tagMembers(tags),
      operator: { managed: false },
    }),
  tagsOf: ({ tags }) => tags,
  filters: {
    'create-time': ({ createTime }) => xmlTime(createTime),
    'launch-template-name': ({ name }) => name,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidLaunchTemplateId.NotFound', 'launch template', ids),
  own: { names: ['LaunchTemplateName', 'IncludeManagedResources'], makeTest: () => () => true },
}

export interface DemoLaunchTemplate {
  readonly launchTemplateId: string
  readonly name: string
  /** In ms since 1970. */
  readonly createTime: number
  readonly createdBy: string
  readonly defaultVersion: number
  readonly latestVersion: number
  readonly tags: readonly Tag[]
}

/** One for each role up to the size of the cell. */
function launchTemplateCount({ instances }: Cell): number {
  return Math.min(instances, roles.length)
}

/** One in three has a version that is newer than its default. */
function makeLaunchTemplate(cell: Cell, n: number): DemoLaunchTemplate {
  const { account } = cell
  const h = hash(cell.seed, n, 111)
  const name = `${account.team}-${pick(roles, n)}`
  const latestVersion = 1 + (h % 12)
  return {
    launchTemplateId: `lt-${hexId(cell.seed, n, 110)}`,
    name,
    createTime: cell.now - (20 + ((h >>> 4) % 1200)) * 86_400_000,
    createdBy: `arn:aws:sts::${account.id}:assumed-role/Deployment/terraform`,
    defaultVersion: n % 3 === 0 ? Math.max(1, latestVersion - 2) : latestVersion,
    latestVersion,
    tags: n % 2 === 0 ? cellTags(cell, name) : [],
  }
}
