package dev.difftop.engine.nd4j.rewrite;

import dev.difftop.api.program.Origin;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes every step of every loop out: a search for the first number that is not finite then finds
 * the operation inside of the loop, and products of different steps may be joined.
 */
public final class UnrolledLoops {
  private UnrolledLoops() {}

  /** The same program without loops. */
  public static Program unroll(Program program) {
    Program flat = program;
    // A body may hold loops again.
    while (flat.nodes().stream().anyMatch(t -> t.primitive() instanceof Scan)) {
      flat = unrollOnce(flat);
    }
    return flat;
  }

  private static Program unrollOnce(Program program) {
    Rewriting rewriting = new Rewriting();
    Map<Tensor, List<Tensor>> runs = new HashMap<>();
    for (Tensor t : program.nodes()) {
      rewriting.put(
          t, t.operandCount() == 0 ? t : Origin.of(t, () -> unrolled(t, rewriting, runs)));
    }
    return rewriting.program(program);
  }

  /** A run is kept under the first of its results. */
  private static Tensor unrolled(Tensor t, Rewriting rewriting, Map<Tensor, List<Tensor>> runs) {
    if (!(t.primitive() instanceof Scan scan)) {
      return Tensor.apply(t.primitive(), rewriting.operands(t));
    }
    Tensor first =
        runs.keySet().stream().filter(other -> Scan.isSameRun(t, other)).findFirst().orElse(t);
    return runs.computeIfAbsent(first, f -> scan.loop().unrolled(List.of(rewriting.operands(t))))
        .get(scan.output());
  }
}
