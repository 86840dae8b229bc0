import { DuckDBInstance } from '@duckdb/node-api'

/** What DuckDB answers, in memory: an independent reader of Parquet, CSV and NDJSON. */
export async function askDuckDb(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    const reader = await connection.runAndReadAll(`SET TimeZone = 'UTC'; ${sql}`)
    return reader.getRowsJS()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
