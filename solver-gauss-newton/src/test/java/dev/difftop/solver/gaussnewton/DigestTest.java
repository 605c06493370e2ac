package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.DefaultSettings;
import dev.difftop.testkit.SolutionDigests;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bits of all solutions of a table of problems, with every kind of settings. */
class DigestTest {
  /** Programs over all actions at once are slow to compile for more. */
  private static final int LONGEST = 12;

  private static Solver make(int threads, Object... given) {
    Object[] all =
        Stream.concat(Stream.of("threads", threads, "maxIterations", 60), Stream.of(given))
            .toArray();
    return new GaussNewtonSolver(
        DefaultSettings.of(GaussNewtonConfig.class, all), new Interpreter(), RandomStream.root(1));
  }

  private static Solver lbfgs(int threads, Object... given) {
    Object[] all = Stream.concat(Stream.of("threads", threads), Stream.of(given)).toArray();
    return new LbfgsSolver(
        DefaultSettings.of(LbfgsConfig.class, all), new Interpreter(), RandomStream.root(1));
  }

  @Test
  void dampedSolutionsHaveTheRecordedBits() {
    SolutionDigests digests = new SolutionDigests();
    digests.solve("default", threads -> make(threads));
    digests.solve("stages", t -> make(t, "structure", GaussNewtonConfig.Structure.STAGES));
    digests.solve("dense", LONGEST, t -> make(t, "structure", GaussNewtonConfig.Structure.DENSE));
    digests.solve(
        "gauss-newton", LONGEST, t -> make(t, "hessian", GaussNewtonConfig.Hessian.GAUSS_NEWTON));
    digests.solve(
        "generalized",
        LONGEST,
        t -> make(t, "hessian", GaussNewtonConfig.Hessian.GENERALIZED_GAUSS_NEWTON));
    digests.solve(
        "scalar", LONGEST, t -> make(t, "hessian", GaussNewtonConfig.Hessian.SCALAR_RESIDUAL));
    digests.solve("dogleg", LONGEST, t -> make(t, "step", GaussNewtonConfig.Step.DOGLEG));
    digests.solve("three-iterations", LONGEST, t -> make(t, "maxIterations", 3));
    digests.solve("restarts", LONGEST, t -> make(t, "randomRestarts", 3));
    digests.check(DigestTest.class, "gauss-newton.digests");
  }

  @Test
  void quasiNewtonSolutionsHaveTheRecordedBits() {
    SolutionDigests digests = new SolutionDigests();
    digests.solve("default", 20, threads -> lbfgs(threads));
    digests.solve("memory-2", LONGEST, t -> lbfgs(t, "memory", 2, "firstStep", 0.1));
    digests.solve("three-iterations", LONGEST, t -> lbfgs(t, "maxIterations", 3));
    digests.check(DigestTest.class, "lbfgs.digests");
  }
}
