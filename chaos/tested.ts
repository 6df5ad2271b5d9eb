import { createVitest } from 'vitest/node'
import { EdgeCounter } from './edges.js'

/** Tests of whole sessions; those of single charts say nothing of what a session comes to. */
const FOLDERS = ['test/contract', 'test/defects', 'test/durable', 'test/recovery']

/** How often each edge is taken by the sessions of these tests, see `EdgeCounter.counts`; a test that fails is an error. */
export const testedEdges = async (): Promise<readonly number[]> => {
  const vitest = await createVitest(
    'test',
    {
      config: false,
      watch: false,
      reporters: [{}],
      pool: 'forks',
      maxWorkers: 1,
      setupFiles: ['chaos/edges.setup.ts'],
      execArgv: ['--conditions=development'],
      testTimeout: 60_000,
      silent: true,
      include: FOLDERS.map((folder) => `${folder}/**/*.test.ts`),
    },
    {
      resolve: { conditions: ['development'] },
      ssr: { resolve: { conditions: ['development'] } },
      logLevel: 'silent',
    },
  )
  try {
    const { testModules } = await vitest.runTestSpecifications(await vitest.globTestSpecifications())
    const counter = new EdgeCounter()
    for (const module of testModules) {
      if (!module.ok()) {
        const [test] = module.children.allTests('failed')
        const [error] = test?.result().errors ?? module.errors()
        throw new Error(`${module.relativeModuleId} fails: ${test?.fullName ?? ''}: ${error?.message ?? ''}`)
      }
      counter.add(module.meta().edges ?? [])
    }
    return counter.counts
  } finally {
    await vitest.close()
  }
}
