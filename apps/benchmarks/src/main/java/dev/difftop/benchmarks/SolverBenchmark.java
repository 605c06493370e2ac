package dev.difftop.benchmarks;

import dev.difftop.app.reference.bench.BenchCase;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cases of {@code difftop bench solvers} under JMH. With two threads long warm-ups matter: as
 * long as it compiles, the virtual machine needs a third.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SolverBenchmark {
  /** Which case. */
  @Param({
    "tdmpc-plan B=1 solve",
    "tdmpc-plan B=1 warm",
    "tdmpc-plan B=1 solve+grad",
    "imitation B=128 solve+grad",
    "lqr B=1 solve",
    "lqr B=1 solve+grad",
    "lqr B=32 solve",
    "lqr B=32 solve+grad",
    "lqr B=256 solve",
    "lqr B=256 solve+grad",
    "pendulum B=1",
    "pendulum B=32",
    "cartpole B=1",
    "cartpole B=32",
  })
  public String name;

  /** Threads of a run. */
  @Param({"1", "2"})
  public int threads;

  private BenchCase.Work work;

  /** Makes solver and problem. */
  @Setup
  public void prepare() {
    work = Cases.of("solvers").prepare(name, threads);
  }

  /** One run. */
  @Benchmark
  public void run() {
    work.run();
  }

  /** Numbers of the last run. */
  double[] result() {
    return work.result();
  }

  /** Frees plans and threads. */
  @TearDown
  public void close() {
    work.close();
  }
}
