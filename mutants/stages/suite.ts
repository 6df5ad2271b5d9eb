import { createVitest, type Vitest } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Id of the mutant under test; empty for the chart as it is. */
    mutant: string
  }
}

/** Test files that are run again and again, each time with another mutant. */
export class Suite {
  #vitest: Promise<Vitest> | undefined

  #started(): Promise<Vitest> {
    return (this.#vitest ??= createVitest(
      'test',
      {
        config: false,
        watch: false,
        bail: 1,
        reporters: [{}],
        pool: 'forks',
        maxWorkers: 1,
        setupFiles: ['mutants/mutant.setup.ts'],
        execArgv: ['--conditions=development'],
        // What hangs is caught too.
        testTimeout: 20_000,
        silent: true,
        include: ['test/**/*.test.ts', 'mutants/suites/*.test.ts'],
      },
      {
        resolve: { conditions: ['development'] },
        ssr: { resolve: { conditions: ['development'] } },
        logLevel: 'silent',
      },
    ))
  }

  /** The name of a test that fails with this mutant. */
  async failing(mutant: string, files: readonly string[]): Promise<string | undefined> {
    const vitest = await this.#started()
    vitest.getRootProject().provide('mutant', mutant)
    // What the mutant before has failed counts no more: `bail` would skip all tests of this one.
    vitest.state.filesMap.clear()
    vitest.state.idMap.clear()
    const specifications = await vitest.globTestSpecifications([...files])
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
    for (const module of testModules) {
      for (const test of module.children.allTests('failed')) return test.fullName
      if (module.errors().length > 0) return `${module.relativeModuleId}: ${module.errors()[0]?.message}`
    }
    const [unhandled] = unhandledErrors
    if (unhandled !== undefined) return String((unhandled as Error).message ?? unhandled)
    const idle = files.filter(
      (file) =>
        !testModules.some(
          ({ moduleId, children }) => moduleId.endsWith(file) && children.allTests('passed').next().value,
        ),
    )
    if (idle.length > 0) throw new Error(`nothing ran in ${idle.join(', ')}`)
    return undefined
  }

  async close(): Promise<void> {
    await (await this.#vitest)?.close()
  }
}
