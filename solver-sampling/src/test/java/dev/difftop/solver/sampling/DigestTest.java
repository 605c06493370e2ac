package dev.difftop.solver.sampling;

import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.DefaultSettings;
import dev.difftop.testkit.SolutionDigests;
import org.junit.jupiter.api.Test;

/** The bits of all solutions of a table of problems. */
class DigestTest {
  private static Solver mppi(int threads) {
    return new MppiSolver(
        DefaultSettings.of(MppiConfig.class, "samples", 64, "elites", 8, "threads", threads),
        new Interpreter(),
        RandomStream.root(1));
  }

  private static Solver cem(int threads) {
    return new CemSolver(
        DefaultSettings.of(CemConfig.class, "samples", 48, "elites", 6, "threads", threads),
        new Interpreter(),
        RandomStream.root(1));
  }

  @Test
  void solutionsHaveTheRecordedBits() {
    SolutionDigests digests = new SolutionDigests();
    digests.solve("mppi", 20, DigestTest::mppi);
    digests.solve("cem", 20, DigestTest::cem);
    digests.check(DigestTest.class, "sampling.digests");
  }
}
