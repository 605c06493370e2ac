package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.CompiledProblem;
import java.util.function.Supplier;

/** A program that is compiled when it is first needed and loaded once for every pull-back. */
final class LazyPlan implements AutoCloseable {
  private final Engine engine;
  private final ProblemSpec spec;
  private final Supplier<Program> trace;
  private final int batch;
  private final DType dtype;
  private final int threads;
  private CompiledProblem plan;
  private boolean isLoaded;

  /** A plan for so many threads. */
  LazyPlan(
      Engine engine,
      ProblemSpec spec,
      Supplier<Program> trace,
      int batch,
      DType dtype,
      int threads) {
    this.engine = engine;
    this.spec = spec;
    this.trace = trace;
    this.batch = batch;
    this.dtype = dtype;
    this.threads = threads;
  }

  /** Another problem, or the same with other numbers, comes next. */
  void unload() {
    isLoaded = false;
  }

  /** The plan with the numbers of a problem. */
  CompiledProblem of(Problem problem) {
    if (plan == null) {
      plan = new CompiledProblem(engine, spec, trace.get(), batch, dtype, threads);
    }
    if (!isLoaded) {
      plan.load(problem);
      isLoaded = true;
    }
    return plan;
  }

  @Override
  public void close() {
    if (plan != null) {
      plan.close();
    }
  }
}
