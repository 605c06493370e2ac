package dev.difftop.solver.ilqr;

import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.stagewise.BackwardPass;
import dev.difftop.testkit.DefaultSettings;
import dev.difftop.testkit.SolutionDigests;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bits of all solutions of a table of problems, with every kind of settings. */
class DigestTest {
  private static Solver make(int threads, Object... given) {
    Object[] all =
        Stream.concat(Stream.of("threads", threads, "maxIterations", 60), Stream.of(given))
            .toArray();
    return new IlqrSolver(
        DefaultSettings.of(IlqrConfig.class, all), new Interpreter(), RandomStream.root(1));
  }

  @Test
  void solutionsHaveTheRecordedBits() {
    SolutionDigests digests = new SolutionDigests();
    digests.solve("default", threads -> make(threads));
    digests.solve(
        "ilqr", 20, t -> make(t, "dynamicsCurvature", BackwardPass.DynamicsCurvature.NEVER));
    digests.solve(
        "ddp",
        t ->
            make(t, "dynamicsCurvature", BackwardPass.DynamicsCurvature.ALWAYS, "initialMu", 1e-2));
    digests.solve(
        "state",
        20,
        t ->
            make(
                t,
                "regularization",
                dev.difftop.optimization.stagewise.RiccatiPass.Regularization.STATE));
    digests.solve("multiple-shooting", t -> make(t, "start", IlqrConfig.Start.MULTIPLE_SHOOTING));
    digests.solve("three-iterations", 20, t -> make(t, "maxIterations", 3));
    digests.solve("restarts", 20, t -> make(t, "randomRestarts", 3));
    digests.check(DigestTest.class, "ilqr.digests");
  }
}
