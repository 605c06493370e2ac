package dev.difftop.solver.lagrangian;

import dev.difftop.testkit.SolutionDigests;
import org.junit.jupiter.api.Test;

/** The bits of all solutions of a table of problems, around every kind of inner solver. */
class DigestTest {
  @Test
  void solutionsHaveTheRecordedBits() {
    SolutionDigests digests = new SolutionDigests();
    for (String inner : new String[] {"ilqr", "gauss-newton", "lbfgs"}) {
      digests.solve(
          inner,
          12,
          threads ->
              Lagrangian.around(
                  Inner.of(inner, "tolerance", 1e-9, "maxIterations", 60, "threads", threads)));
    }
    digests.check(DigestTest.class, "augmented-lagrangian.digests");
  }
}
